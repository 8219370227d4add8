//! Security schemes other than the one by which most requests are sent: each alternative that an operation lists is enough
//! by itself (OAS 3.1 §4.8.30), and a scheme that it doesn't list is no way in.
//!
//! Asked where the credential shows nothing but tokens and keys of the profile, so that it can be shown in another way.

use spec::Origin;
use spec::model::{Location, Operation, SecurityKind, SecurityRequirement, SecurityScheme};

use super::refused::Refused;
use super::security::put_key;
use super::{CALL, valid_call};
use crate::case::{Case, Credentials, Criterion, Derivation, Expected, Input, Request, Text};
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise;
use crate::sample::Extent;

const ALTERNATIVE: &str = "alternative-suffices";
const BESIDE: &str = "wrong-key-beside";
const UNLISTED: &str = "unlisted-scheme-refused";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Credentials::As(name) = planner.credentials(operation) else { return Vec::new() };
    if planner.alterations(operation).is_empty() {
        return Vec::new();
    }
    let subject = Subject { planner, operation, name: &name };
    let mut cases = Vec::new();
    if let Some(used) = subject.used() {
        for other in subject.alternatives(used) {
            cases.extend(subject.alone(other));
            cases.extend(subject.beside(other));
        }
    }
    let schemes = || planner.contract.security_schemes.values();
    cases.extend(schemes().filter_map(|scheme| subject.unlisted(scheme)));
    // Those that are for nothing else are no way in, whatever they open elsewhere.
    let strangers = planner.context.credentials.iter();
    let strangers = strangers.filter(|(_, one)| one.schemes.is_some() && !one.fits(operation));
    for (name, _) in strangers {
        let stranger = Subject { planner, operation, name };
        cases.extend(schemes().find_map(|scheme| stranger.of_another_kind(scheme)));
    }
    cases
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    /// The credential by which the operation is called.
    name: &'s str,
}

impl Subject<'_> {
    /// Whether the credential can be shown for a scheme.
    fn is_for(&self, scheme: &str) -> bool {
        let own = self.planner.context.credentials.get(self.name);
        own.is_some_and(|own| own.schemes.as_ref().is_none_or(|own| own.contains(scheme)))
    }

    /// The requirement that the credential is shown for: the first that it meets.
    fn used(&self) -> Option<&SecurityRequirement> {
        let mut all = self.operation.security.iter().filter(|one| !one.schemes.is_empty());
        all.find(|one| one.schemes.keys().all(|scheme| self.is_for(scheme)))
    }

    /// The other requirements that it meets, of the same scopes: of others, the credential may have none.
    fn alternatives<'o>(
        &'o self,
        used: &'o SecurityRequirement,
    ) -> impl Iterator<Item = &'o SecurityRequirement> {
        let scopes = |one: &SecurityRequirement| {
            one.schemes.values().flatten().cloned().collect::<std::collections::BTreeSet<_>>()
        };
        let wanted = scopes(used);
        self.operation.security.iter().filter(move |one| {
            !one.schemes.is_empty()
                && *one != used
                && one.schemes.keys().all(|scheme| self.is_for(scheme))
                && scopes(one) == wanted
        })
    }

    /// By this alternative and no other.
    fn alone(&self, other: &SecurityRequirement) -> Option<Case> {
        let schemes: Vec<String> = other.schemes.keys().cloned().collect();
        let named = schemes.join("+");
        let (draft, mut request) = self.call()?;
        request.credentials = Credentials::For { name: self.name.to_owned(), schemes };
        let detail = format!("scheme:{named}");
        let summary = format!("credentials for `{named}` are enough");
        self.succeeds(draft, request, ALTERNATIVE, detail, summary)
    }

    /// By the first alternative, with a key that nobody has for this one.
    fn beside(&self, other: &SecurityRequirement) -> Option<Case> {
        let scheme = match other.schemes.keys().collect::<Vec<_>>().as_slice() {
            [scheme] => self.planner.contract.security_schemes.get(scheme.as_str())?,
            _ => return None,
        };
        let SecurityKind::ApiKey { location, name } = &scheme.kind else { return None };
        let (mut draft, mut request) = self.call()?;
        let secret = "unknown_secret";
        draft.inputs.insert(secret.into(), Input::Fresh(Fresh::Uuid).into());
        put_key(&mut request, *location, name, Text::expression(Expression::input(secret)));
        let detail = format!("beside:{}", scheme.name);
        let summary =
            format!("a wrong key for `{}` does no harm beside the right one", scheme.name);
        self.succeeds(draft, request, BESIDE, detail, summary)
    }

    /// By a scheme that the operation doesn't list.
    fn unlisted(&self, scheme: &SecurityScheme) -> Option<Case> {
        let detail = format!("unlisted:{}", scheme.name);
        self.refused_by(scheme, Some(UNLISTED), detail)
    }

    /// By a credential that is for another scheme and for none that the operation lists.
    fn of_another_kind(&self, scheme: &SecurityScheme) -> Option<Case> {
        self.refused_by(scheme, None, format!("other-kind:{}", self.name))
    }

    fn refused_by(
        &self,
        scheme: &SecurityScheme,
        code: Option<&'static str>,
        detail: String,
    ) -> Option<Case> {
        let place = place(scheme)?;
        let listed = self.operation.security.iter().flat_map(|one| one.schemes.keys());
        let mut listed = listed.map(|name| self.planner.contract.security_schemes.get(name));
        // What stands in the same place is shown just so. What isn't described may stand anywhere.
        if !self.is_for(&scheme.name)
            || listed.any(|one| one.is_none_or(|one| self::place(one) == Some(place)))
        {
            return None;
        }
        let groups: &[&[u16]] = &[&[401, 403]];
        let refused = Refused::by(self.planner, self.operation, Derivation::Security, groups)?;
        let refused = refused.or_any("security-enforced").weighing(code);
        let (draft, mut request) = self.call()?;
        let schemes = vec![scheme.name.clone()];
        request.credentials = Credentials::For { name: self.name.to_owned(), schemes };
        let summary = format!("credentials for `{}`, which isn't listed, are refused", scheme.name);
        Some(refused.case(draft, request, detail, summary, self.operation.origin.clone()))
    }

    fn call(&self) -> Option<(Draft<'_>, Request)> {
        let call = valid_call(self.planner, self.operation, Extent::Minimal);
        call.ok().map(|(draft, request, _)| (draft, request))
    }

    fn succeeds(
        &self,
        mut draft: Draft<'_>,
        request: Request,
        code: &'static str,
        detail: String,
        summary: String,
    ) -> Option<Case> {
        let (status, any_of) = self.planner.success(self.operation)?;
        let expected = Expected { any_of, code, level: promise::level(code) };
        draft.push(self.operation, CALL, request, vec![Criterion::Status(expected)]);
        let origin: Origin = self.operation.origin.clone();
        let cell = (self.operation, status);
        let source = Derivation::Security;
        Some(draft.finish(About { cell, source, detail, summary, origin }))
    }
}

/// Where in a request a scheme's credentials stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands<'s> {
    Key(Location, &'s str),
    Authorization,
}

fn place(scheme: &SecurityScheme) -> Option<Stands<'_>> {
    match &scheme.kind {
        SecurityKind::ApiKey { location: Location::Header, name }
            if name.eq_ignore_ascii_case("authorization") =>
        {
            Some(Stands::Authorization)
        }
        SecurityKind::ApiKey { location, name } => Some(Stands::Key(*location, name)),
        SecurityKind::Http { .. }
        | SecurityKind::OAuth2(_)
        | SecurityKind::OpenIdConnect { .. } => Some(Stands::Authorization),
        SecurityKind::MutualTls => None,
    }
}
