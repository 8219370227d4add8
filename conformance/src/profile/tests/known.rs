use spec::Memory;

use super::*;

#[test]
fn an_entry_says_what_why_and_until_when() {
    refused("[[known]]\nreason = \"a\"\nuntil = 2030-01-01\n", "1:1", "neither `cause` nor `cell`");
    refused("[[known]]\ncause = \"a\"\nuntil = 2030-01-01\n", "1:1", "without a `reason`");
    refused("[[known]]\ncause = \"a\"\nreason = \" \"\nuntil = 2030-01-01\n", "3:10", "nothing");
    refused("[[known]]\ncause = \"a\"\nreason = \"b\"\n", "1:1", "without `until`");
    for until in ["2030", "\"soon\"", "2030-01-01T00:00:00Z", "\"2030-02-30\""] {
        let text = format!("[[known]]\ncause = \"a\"\nreason = \"b\"\nuntil = {until}\n");
        refused(&text, "4:9", "`until` is no day");
    }
    refused("[[known]]\ncuase = \"a\"\n", "2:1", "did you mean `cause`?");
    refused("[[known]]\ncell = \"a\"\ncheck = \"body-shcema\"\n", "3:9", "no check is called");
    refused("[known]\ncause = \"a\"\n", "1:1", "tables: `[[known]]`");
}

#[test]
fn a_day_may_be_a_string_too() {
    for until in ["2030-12-31", "\"2030-12-31\""] {
        let text = format!("[[known]]\ncell = \"a:404\"\nreason = \"b\"\nuntil = {until}\n");
        let known = read(&text).expect("sound").known;
        assert_eq!(known[0].until.to_string(), "2030-12-31");
        assert_eq!(known[0].name(), "a:404");
    }
}

#[test]
fn an_entry_of_no_cell_is_of_no_use() {
    let document = "openapi: 3.0.3\ninfo: { title: a, version: '1' }\npaths:\n  /pets:\n    get: { operationId: listPets, responses: { '200': { description: a } } }\n";
    let reading = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", document));
    let contract = reading.contract.expect("a contract");
    for (named, unused) in [
        ("cell = \"listPets\"", false),
        ("cell = \"GET:200\"", false),
        ("cell = \"listPets:404\"", true),
        ("cell = \"listPest\"", true),
        ("cause = \"listPets:500:*\"", false),
        ("cause = \"*:no-server-error\"", false),
        ("cause = \"*\"", false),
        ("cause = \"getPet:500:no-server-error\"", true),
    ] {
        let text = format!("[[known]]\n{named}\nreason = \"b\"\nuntil = 2030-12-31\n");
        let problems = read(&text).expect("sound").unused(&contract, &IndexSet::new());
        assert_eq!(!problems.is_empty(), unused, "{named}: {problems:?}");
    }
}
