//! Credentials, as far as a plan knows them.

use indexmap::IndexSet;
use spec::model::Operation;

use crate::case::Alteration;

/// A credential, as far as a plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Which operations it may call.
    pub rights: Rights,
    /// The security schemes of the contract that it can be shown for; `None`: any.
    pub schemes: Option<IndexSet<String>>,
    /// How what it shows can be shown otherwise: only where all of it are texts of the profile's own.
    pub alterations: Vec<Alteration>,
    /// Whose things it sees: credentials of two tenants share nothing. `None`: nobody says.
    pub tenant: Option<String>,
}

impl From<Rights> for Caller {
    /// A credential of any kind.
    fn from(rights: Rights) -> Self {
        Self { rights, schemes: None, alterations: Vec::new(), tenant: None }
    }
}

impl Caller {
    /// Whether it may call this operation.
    #[must_use]
    pub fn may_call(&self, operation: &Operation) -> bool {
        self.rights.admit(&operation.id)
    }

    /// Whether it may share things with credentials of a tenant: it is one of them, or nobody says whose it is.
    #[must_use]
    pub fn may_share(&self, tenant: Option<&str>) -> bool {
        self.tenant.as_deref().is_none_or(|own| tenant.is_none_or(|tenant| own == tenant))
    }

    /// Whether it may call this operation, and can be shown there.
    #[must_use]
    pub fn calls(&self, operation: &Operation) -> bool {
        self.may_call(operation) && self.fits(operation)
    }

    /// Whether it is of a kind that the operation asks for, so that it can be shown there.
    #[must_use]
    pub fn fits(&self, operation: &Operation) -> bool {
        let Some(own) = &self.schemes else { return true };
        let mut requirements = operation.security.iter();
        requirements.any(|requirement| requirement.schemes.keys().all(|name| own.contains(name)))
    }
}

/// Which operations a credential may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// `may = ["*"]`
    All,
    /// These; the rest must answer 403.
    Only(IndexSet<String>),
}

impl Rights {
    /// Whether it may call this operation.
    #[must_use]
    pub fn admit(&self, operation_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(operations) => operations.contains(operation_id),
        }
    }
}
