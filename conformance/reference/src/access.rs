//! Who may do what.

use uuid::Uuid;

/// What a user may do in the organization of their token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, the admin path included.
    Admin,
    /// Everything under `/v1`.
    Editor,
    /// Reading under `/v1`.
    Viewer,
}

/// Something that one needs permission for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// To list workspaces.
    List,
    /// To get a workspace.
    Read,
    /// To create a workspace.
    Create,
    /// To change a workspace.
    Update,
    /// To delete a workspace.
    Delete,
    /// To get any workspace as an administrator.
    Administer,
}

impl Permission {
    /// As a 403 names it: resource and action.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "workspace:list",
            Self::Read => "workspace:read",
            Self::Create => "workspace:create",
            Self::Update => "workspace:update",
            Self::Delete => "workspace:delete",
            Self::Administer => "workspace:administer",
        }
    }
}

/// Whoever sends a request, as their token tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The user's id.
    pub user: Uuid,
    /// The one organization that the token is for.
    pub org: Uuid,
    /// What the user may do there.
    pub role: Role,
}

impl Caller {
    /// Whether the caller has `permission` in `org`.
    pub fn may(&self, permission: Permission, org: Uuid) -> bool {
        let by_role = match self.role {
            Role::Admin => true,
            Role::Editor => permission != Permission::Administer,
            Role::Viewer => matches!(permission, Permission::List | Permission::Read),
        };
        by_role && self.org == org
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Permission; 6] = [
        Permission::List,
        Permission::Read,
        Permission::Create,
        Permission::Update,
        Permission::Delete,
        Permission::Administer,
    ];

    #[track_caller]
    fn check(role: Role, expected: [bool; 6]) {
        let caller = Caller { user: Uuid::nil(), org: Uuid::from_u128(1), role };
        assert_eq!(ALL.map(|permission| caller.may(permission, caller.org)), expected);
        assert_eq!(ALL.map(|permission| caller.may(permission, Uuid::from_u128(2))), [false; 6]);
    }

    #[test]
    fn a_role_holds_in_its_own_organization_only() {
        check(Role::Admin, [true; 6]);
        check(Role::Editor, [true, true, true, true, true, false]);
        check(Role::Viewer, [true, true, false, false, false, false]);
    }
}
