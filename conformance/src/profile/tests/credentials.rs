//! Credentials: how they are read, shown, planned with and redacted.

use super::{contract, operation, refused, sound};
use crate::case::Alteration;
use crate::profile::{CredentialKind, Profile, Secret, Shown};
use indexmap::IndexSet;
use spec::model::Contract;

#[test]
fn mistaken_credentials_are_refused_with_their_place() {
    let refused = |rest: &str, place: &str, words: &str| {
        refused(&format!("[credentials.a]\nmay = []\n{rest}"), place, words);
    };
    refused("bearer = \"x\"", "3:10", "too short to be redacted safely");
    refused("api_key = \"abc\"", "3:11", "too short");
    refused("api_key = \" abc\"", "3:11", "visible ASCII");
    refused("basic = { username = \"a:b\", password = \"p\" }", "3:9", "colon");
    refused("basic = { username = \"a\" }", "3:9", "lacks `password`");
    refused("header = { name = \"X\", value = \"a\\nb\" }", "3:32", "visible ASCII");
    refused("header = { name = \"X Y\", value = \"secret\" }", "3:19", "no name of a header");
    refused("cookie = { name = \"sid\", value = \"a;bcd\" }", "3:34", "without `;`");
    refused("query = { value = \"secret\" }", "3:9", "which query it is");
    refused("query = { name = \"key\" }", "3:9", "has no value");
    refused("oauth2 = { client_id = \"a\" }", "3:10", "by which flow");
    refused("oauth2 = { flow = \"implicit\" }", "3:19", "a person in front of a browser");
    refused("oauth2 = { flow = \"client_credentials\" }", "3:10", "lacks `client_id`");
    refused("oauth2 = { flow = \"password\", username = \"u\" }", "3:10", "lacks `password`");
    refused("oauth2 = { flow = \"refresh_token\" }", "3:10", "lacks `refresh_token`");
    refused("oauth2 = { flow = \"password\", issuer = \"x\" }", "3:31", "unknown field `issuer`");
    refused(
        "oauth2 = { token_url = \"ftp://x\", flow = \"refresh_token\", refresh_token = \"abcd\" }",
        "3:24",
        "can't be read",
    );
    refused("beerer = \"token\"", "3:1", "did you mean `bearer`?");
    refused("bearer = \"token\"\ntenant = \" \"", "4:10", "has no name");
    refused("bearer = \"token\"\ntenant = 1", "4:10", "expected a string");
}

fn shown(profile: &Profile, name: &str, contract: &Contract, id: &str) -> Option<Shown> {
    profile.credentials[name].show(contract, Some(operation(contract, id)), None)
}

#[test]
fn credentials_are_shown_as_the_operation_asks() {
    let contract = contract();
    let profile = sound(
        r#"
        [credentials.both]
        api_key = "s3cret"
        basic = { username = "u", password = "p" }
        may = ["*"]
        [credentials.token]
        bearer = "tokentoken"
        header = { name = "X-Extra", value_env = "TOKEN" }
        may = ["*"]
        [credentials.key]
        api_key = "s3cret"
        may = ["*"]
        "#,
    );
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let both = |id| shown(&profile, "both", &contract, id).expect("something is shown");
    assert_eq!(both("getFlow").headers, [field("X-Key", "s3cret")]);
    assert_eq!(both("getRun").headers, [field("Authorization", "Basic dTpw")]);
    let key = shown(&profile, "key", &contract, "getRun").expect("something is shown");
    assert_eq!(key.cookies, [field("sid", "s3cret")]);
    assert_eq!(key.query, [field("token", "s3cret")]);
    let token = shown(&profile, "token", &contract, "getFlow").expect("something is shown");
    let expected =
        [field("Authorization", "Bearer tokentoken"), field("X-Extra", "from-environment")];
    assert_eq!(token.headers, expected);
    assert!(shown(&profile, "key", &contract, "changeFlow").is_none(), "it asks for a token");
}

#[test]
fn a_plan_knows_what_a_credential_fits_and_may() {
    let contract = contract();
    let profile = sound(
        r#"
        [credentials.reader]
        bearer = "tokentoken"
        scopes = ["read"]
        may = ["*"]
        [credentials.keys]
        api_key = "s3cret"
        scheme = "key"
        may = ["GET"]
        "#,
    );
    let context = profile.plan_context(&contract);
    let reader = &context.credentials["reader"];
    let [get, change, run] = ["getFlow", "changeFlow", "getRun"].map(|id| operation(&contract, id));
    assert!(reader.fits(get) && reader.may_call(get));
    assert!(reader.fits(change) && !reader.may_call(change), "the scope `write` is missing");
    assert!(!reader.fits(run));
    let keys = &context.credentials["keys"];
    assert!(keys.fits(get) && keys.may_call(get));
    assert!(!keys.may_call(change), "GET alone");
    assert!(!keys.fits(run), "`scheme` names another one");
}

#[test]
fn every_secret_is_told_for_redaction() {
    let profile = sound(
        r#"
        [credentials.a]
        api_key = "the-key"
        basic = { username = "u", password = "password" }
        may = []
        [credentials.b]
        basic = { username = "u", password = "p" }
        may = []
        "#,
    );
    let secrets = profile.secrets();
    let secrets: Vec<_> =
        secrets.iter().map(|(name, secret)| (name.as_str(), secret.expose())).collect();
    let expected = [
        ("a", "the-key"),
        ("a_basic", "dTpwYXNzd29yZA=="),
        ("a_password", "password"),
        ("b", "dTpw"),
    ];
    let is_own = |(name, _): &&(&str, &str)| {
        Alteration::ALL.iter().all(|alteration| !name.ends_with(alteration.as_str()))
    };
    assert_eq!(secrets.iter().filter(is_own).copied().collect::<Vec<_>>(), expected);
    for almost in [
        ("a_cut_short", "the-ke"),
        ("a_basic_cut_short", "dTpwYXNzd29y"),
        ("a_password_other_case", "PASSWORD"),
    ] {
        assert!(secrets.contains(&almost), "{almost:?} in {secrets:?}");
    }
    assert!(matches!(profile.credentials["b"].kinds[0], CredentialKind::Basic { .. }));
}

/// A token without its last character would be in a report otherwise.
#[test]
fn what_is_almost_a_secret_is_a_secret() {
    let text = "[credentials.zoe]\nbearer = \"zoe-Token\"\nmay = [\"*\"]\n";
    let profile = sound(text);
    let secrets = profile.secrets();
    for almost in ["zoe-Token", "zoe-Toke", "zoe-Tokenx", "ZOE-tOKEN"] {
        assert!(secrets.iter().any(|(_, secret)| secret.expose() == almost), "{almost}");
    }
    let basic =
        "[credentials.zoe]\nbasic = { username = \"zoe\", password = \"secret\" }\nmay = [\"*\"]\n";
    assert!(sound(basic).secrets().iter().any(|(_, it)| it.expose() == "secre"));
    // Digits have no letter case.
    let digits = sound("[credentials.zoe]\nbearer = \"123456\"\nmay = [\"*\"]\n");
    let zoe = &digits.credentials["zoe"];
    assert!(zoe.altered(Alteration::OtherCase).is_none());
    let short = zoe.altered(Alteration::CutShort).expect("it is shorter");
    assert_eq!(short.bearer().map(Secret::expose), Some("12345"));
}

#[test]
fn a_tenant_alone_has_nobody_to_keep_its_things_from() {
    let contract = contract();
    let two = |first: &str, second: &str| {
        let table = |name: &str, tenant: &str| {
            format!("[credentials.{name}]\nbearer = \"{name}-token\"\n{tenant}\nmay = [\"*\"]\n")
        };
        let profile = sound(&(table("one", first) + &table("two", second)));
        let context = profile.plan_context(&contract);
        let tenants = context.credentials.values().map(|one| one.tenant.clone()).collect();
        let tenants: Vec<Option<String>> = tenants;
        let told = profile.unused(&contract, &IndexSet::new());
        (tenants, told.iter().any(|one| one.to_string().contains("only tenant")))
    };
    let named = |name: &str| Some(name.to_owned());
    let (north, south) = ("tenant = \"north\"", "tenant = \"south\"");
    assert_eq!(two(north, south), (vec![named("north"), named("south")], false));
    assert_eq!(two(north, north), (vec![named("north"), named("north")], true));
    assert_eq!(two("", south), (vec![None, named("south")], true));
    assert_eq!(two("", ""), (vec![None, None], false));
}
