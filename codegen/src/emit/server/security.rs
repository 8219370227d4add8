//! Security schemes → the credentials that an implementor is handed.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use spec::model::Location;

use crate::emit::tokens::{docs_or, ident};
use crate::emit::usage::{composed, texts};
use crate::ir::{Api, Credential, Direction, Operation, Requirement, Scheme};

/// A variant of `Credentials`: the schemes of one alternative.
#[derive(Debug, Clone)]
struct Alternative {
    /// `Bearer`, `ApiKeyAndAppId`
    name: String,
    schemes: Vec<usize>,
    has_scopes: bool,
}

/// Every alternative that operations have, in the order of their first use.
#[derive(Debug, Clone, Default)]
pub(super) struct Alternatives {
    list: Vec<Alternative>,
    by_schemes: BTreeMap<Vec<usize>, usize>,
}

impl Alternatives {
    /// Those of one direction.
    #[must_use]
    pub(super) fn of(api: &Api, direction: Direction) -> Self {
        let mut this = Self::default();
        let operations = api.operations_in(direction);
        for requirement in operations.flat_map(|(_, operation)| &operation.security) {
            if !requirement.schemes.is_empty() {
                this.add(api, requirement);
            }
        }
        this
    }

    fn add(&mut self, api: &Api, requirement: &Requirement) {
        let schemes = schemes_of(requirement);
        let has_scopes = requirement.schemes.iter().any(|(_, scopes)| !scopes.is_empty());
        if let Some(index) = self.by_schemes.get(&schemes) {
            self.list[*index].has_scopes |= has_scopes;
            return;
        }
        let stems = schemes.iter().map(|index| api.schemes[*index].stem.as_str());
        let wanted = stems.collect::<Vec<_>>().join("And");
        let numbered = (2..).map(|n: u32| format!("{wanted}{n}"));
        let mut names = std::iter::once(wanted.clone()).chain(numbered);
        let is_free = |name: &String| self.list.iter().all(|other| other.name != *name);
        let name = names.find(is_free).unwrap_or(wanted);
        self.by_schemes.insert(schemes.clone(), self.list.len());
        self.list.push(Alternative { name, schemes, has_scopes });
    }

    /// Whether nobody is ever asked who they are.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The enum of credentials, and how they are found in a request.
    #[must_use]
    pub(super) fn emit(&self, api: &Api, direction: Direction) -> TokenStream {
        if self.is_empty() {
            return TokenStream::new();
        }
        let variants = self.list.iter().map(|alternative| alternative.emit_variant(api));
        let readers = self.list.iter().map(|alternative| alternative.emit_reader(api));
        let names = self.list.iter().map(|alternative| {
            let (variant, name) = (ident(&alternative.name), &alternative.name);
            quote! { Self::#variant { .. } => #name, }
        });
        let operations = || api.operations_in(direction).map(|(_, operation)| operation);
        let is_optional = operations().any(is_optional);
        let is_needed = operations().any(|o| !o.security.is_empty() && !self::is_optional(o));
        let required = is_needed.then(emit_identify);
        let optional = is_optional.then(emit_identify_optional);
        quote! {
            /// What a request shows for itself: a variant for each alternative of the contract's security requirements.
            #[derive(Clone, PartialEq, Eq)]
            pub enum Credentials { #(#variants)* }

            /// Shows which credentials there are, and none of them.
            impl std::fmt::Debug for Credentials {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    let name = match self { #(#names)* };
                    f.debug_struct(name).finish_non_exhaustive()
                }
            }

            impl Credentials { #(#readers)* }

            #required
            #optional
        }
    }

    /// What a request for an operation may show: `Credentials::read_bearer(context)`.
    #[must_use]
    pub(super) fn presented(&self, operation: &Operation) -> Vec<String> {
        let presented = operation.security.iter().filter_map(|requirement| {
            let index = self.by_schemes.get(&schemes_of(requirement))?;
            let alternative = &self.list[*index];
            let reader = alternative.reader();
            if !alternative.has_scopes {
                return Some(format!("Credentials::{reader}(context)"));
            }
            let scopes = requirement.schemes.iter().flat_map(|(_, scopes)| scopes);
            Some(format!("Credentials::{reader}(context, {})", texts(scopes)))
        });
        presented.collect()
    }
}

/// Whether being nobody is one of the alternatives.
#[must_use]
pub(super) fn is_optional(operation: &Operation) -> bool {
    operation.security.iter().any(|requirement| requirement.schemes.is_empty())
}

/// What `WWW-Authenticate` says for an operation.
#[must_use]
pub(super) fn challenge(api: &Api, operation: &Operation) -> String {
    let mut challenges: Vec<String> = Vec::new();
    let schemes = operation.security.iter().flat_map(|requirement| &requirement.schemes);
    for (index, _) in schemes {
        let challenge = match &api.schemes[*index].credential {
            Credential::Bearer => "Bearer".to_owned(),
            // RFC 7617 §2: the realm is required.
            Credential::Basic => "Basic realm=\"api\"".to_owned(),
            Credential::Authorization(scheme) => scheme.clone(),
            Credential::ApiKey { .. } => "ApiKey".to_owned(),
            Credential::Certificate => continue,
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    challenges.join(", ")
}

fn schemes_of(requirement: &Requirement) -> Vec<usize> {
    requirement.schemes.iter().map(|(index, _)| *index).collect()
}

/// The fields of a scheme alone; in company their names begin with the scheme's.
fn fields(scheme: &Scheme, is_alone: bool) -> Vec<(proc_macro2::Ident, &'static str)> {
    let named = |name: &'static str| {
        if is_alone { ident(name) } else { ident(&composed(&[&scheme.rust, "_", name])) }
    };
    match &scheme.credential {
        Credential::Bearer => vec![(named("token"), "The token.")],
        Credential::Basic => {
            vec![(named("name"), "The user's name."), (named("password"), "The password.")]
        }
        Credential::Authorization(_) => vec![(named("parameters"), "What follows the scheme.")],
        Credential::ApiKey { .. } => vec![(named("key"), "The key.")],
        Credential::Certificate => Vec::new(),
    }
}

fn emit_read(scheme: &Scheme) -> TokenStream {
    match &scheme.credential {
        Credential::Bearer => quote! { runtime::bearer(context)? },
        Credential::Basic => quote! { runtime::basic(context)? },
        Credential::Authorization(name) => quote! { runtime::authorization(context, #name)? },
        Credential::ApiKey { location, name } => match location {
            Location::Query => quote! { runtime::api_key_query(context, #name)? },
            Location::Cookie => quote! { runtime::api_key_cookie(context, #name)? },
            Location::Header | Location::Path | Location::QueryString => {
                quote! { runtime::api_key_header(context, #name)? }
            }
        },
        Credential::Certificate => TokenStream::new(),
    }
}

impl Alternative {
    fn reader(&self) -> proc_macro2::Ident {
        let mut snake = String::new();
        for letter in self.name.chars() {
            if letter.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        }
        ident(&composed(&["read_", &snake]))
    }

    fn schemes<'a>(&'a self, api: &'a Api) -> impl Iterator<Item = &'a Scheme> {
        self.schemes.iter().map(|index| &api.schemes[*index])
    }

    fn emit_variant(&self, api: &Api) -> TokenStream {
        let name = ident(&self.name);
        let is_alone = self.schemes.len() == 1;
        let docs = match self.schemes(api).next() {
            Some(scheme) if is_alone => {
                docs_or(&scheme.docs, &format!("The security scheme `{}`.", scheme.wire))
            }
            _ => quote! { #[doc = " Several security schemes together."] },
        };
        let fields = self.schemes(api).flat_map(|scheme| fields(scheme, is_alone));
        let fields = fields.map(|(name, docs)| {
            let docs = format!(" {docs}");
            quote! { #[doc = #docs] #name: String, }
        });
        let scopes = self.has_scopes.then(|| {
            quote! { #[doc = " The scopes that the operation asks for."] scopes: &'static [&'static str], }
        });
        quote! { #docs #name { #(#fields)* #scopes }, }
    }

    fn emit_reader(&self, api: &Api) -> TokenStream {
        let (name, reader) = (ident(&self.name), self.reader());
        let is_alone = self.schemes.len() == 1;
        let reads = self.schemes(api).filter_map(|scheme| {
            let fields: Vec<_> =
                fields(scheme, is_alone).into_iter().map(|(name, _)| name).collect();
            let read = emit_read(scheme);
            match fields.as_slice() {
                [] => None,
                [field] => Some(quote! { let #field = #read; }),
                fields => Some(quote! { let (#(#fields),*) = #read; }),
            }
        });
        let fields = self.schemes(api).flat_map(|s| fields(s, is_alone)).map(|(name, _)| name);
        let scopes = self.has_scopes.then(|| quote! { scopes, });
        let argument = self.has_scopes.then(|| quote! { , scopes: &'static [&'static str] });
        let only_certificates =
            self.schemes(api).all(|scheme| matches!(scheme.credential, Credential::Certificate));
        let context = if only_certificates {
            quote! { _context }
        } else {
            quote! { context }
        };
        quote! {
            fn #reader(#context: &Context #argument) -> Result<Self, Reason> {
                #(#reads)*
                Ok(Self::#name { #(#fields,)* #scopes })
            }
        }
    }
}

fn emit_identify() -> TokenStream {
    quote! {
        /// Takes the first credentials that are good.
        async fn identify<S: Service, const N: usize>(
            service: &S,
            presented: [Result<Credentials, Reason>; N],
            context: &Context,
        ) -> Result<S::Caller, Reason> {
            let mut refused = Reason::MissingCredentials;
            for credentials in presented {
                match credentials {
                    Ok(credentials) => match service.authenticate(credentials, context).await {
                        Ok(caller) => return Ok(caller),
                        Err(AuthenticationError::Rejected) => refused = Reason::InvalidCredentials,
                        Err(AuthenticationError::Failed) => return Err(Reason::AuthenticationFailed),
                    },
                    Err(reason) => refused = refused.max(reason),
                }
            }
            Err(refused)
        }
    }
}

fn emit_identify_optional() -> TokenStream {
    quote! {
        /// Takes the first credentials that are good; without any the request is nobody's.
        async fn identify_optional<S: Service, const N: usize>(
            service: &S,
            presented: [Result<Credentials, Reason>; N],
            context: &Context,
        ) -> Result<Option<S::Caller>, Reason> {
            let mut refused = None;
            for credentials in presented {
                match credentials {
                    Ok(credentials) => match service.authenticate(credentials, context).await {
                        Ok(caller) => return Ok(Some(caller)),
                        Err(AuthenticationError::Rejected) => {
                            refused = Some(Reason::InvalidCredentials);
                        }
                        Err(AuthenticationError::Failed) => return Err(Reason::AuthenticationFailed),
                    },
                    Err(Reason::MissingCredentials) => {}
                    Err(reason) => refused = refused.max(Some(reason)),
                }
            }
            refused.map_or(Ok(None), Err)
        }
    }
}
