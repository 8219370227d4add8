//! An example that compiles, for the documentation of each method.

use super::calls::{argument_name, setter_name, takes_struct};
use super::{Client, method_name};
use crate::emit::code::Code;
use crate::emit::shorten::PRELUDE;
use crate::emit::usage::{composed, ty};
use crate::ir::{Credential, Operation, Scheme};

impl Client<'_> {
    /// How a client comes to be, as an example that compiles.
    pub(super) fn emit_client_example(&self) -> Vec<String> {
        let library = &self.api.package.library;
        let url = self.default_url().map_or("\"https://api.example\"", |_| "Client::DEFAULT_URL");
        let scheme = self.usual_scheme().map(|scheme| {
            let method = composed(&["with_", &scheme.rust]);
            match scheme.credential {
                Credential::Basic => format!(".{method}(\"name\", \"password\")"),
                _ => format!(".{method}(\"secret\")"),
            }
        });
        vec![
            "```no_run".to_owned(),
            format!("# use {library}::client::{{Client, ConfigurationError}};"),
            "# fn example() -> Result<Client, ConfigurationError> {".to_owned(),
            format!("let client = Client::new({url})?{};", scheme.unwrap_or_default()),
            "# Ok(client)".to_owned(),
            "# }".to_owned(),
            "```".to_owned(),
        ]
    }

    /// The security scheme that most operations are content with, the first of several.
    fn usual_scheme(&self) -> Option<&Scheme> {
        let suffices = |at: usize, operation: &&Operation| {
            operation
                .security
                .iter()
                .any(|one| matches!(one.schemes.as_slice(), [(only, _)] if *only == at))
        };
        let schemes = self.api.schemes.iter().enumerate();
        let secrets = schemes.filter(|(_, one)| one.credential != Credential::Certificate);
        let usual = secrets.rev().max_by_key(|(at, _)| {
            self.api.operations.iter().filter(|operation| suffices(*at, operation)).count()
        });
        usual.map(|(_, scheme)| scheme)
    }

    /// A call with its arguments given from outside, and with its first optional parameter.
    pub(super) fn write_example(&self, index: usize, operation: &Operation, code: &mut Code) {
        if operation.deprecated {
            return;
        }
        let mut given = Vec::new();
        let mut arguments = Vec::new();
        let mut setter = String::new();
        if let Some(parameters) = &operation.parameters {
            if takes_struct(operation) {
                given.push(("parameters".to_owned(), self.parameters_type(operation)));
                arguments.push("parameters".to_owned());
            } else {
                for field in parameters.fields.iter().filter(|field| field.required) {
                    let name = argument_name(operation, field);
                    given.push((name.clone(), ty(self.api, &field.slot.ty)));
                    arguments.push(name);
                }
                let optional =
                    parameters.fields.iter().find(|field| !field.required && !field.deprecated);
                if let Some(field) = optional {
                    let name = format!("given_{}", field.rust.trim_start_matches("r#"));
                    setter = format!(".{}({name})", setter_name(operation, field));
                    given.push((name, ty(self.api, &field.slot.ty)));
                }
            }
        }
        if let Some(body) = &operation.body {
            given.push(("body".to_owned(), self.body_value(body)));
            if body.required {
                arguments.push("body".to_owned());
            } else {
                setter.push_str(".body(body)");
            }
        }
        let call = format!("client.{}({}){setter}", method_name(operation), arguments.join(", "));
        self.write_call(index, operation, &given, &call, code);
    }

    fn write_call(
        &self,
        index: usize,
        operation: &Operation,
        given: &[(String, String)],
        call: &str,
        code: &mut Code,
    ) {
        let library = &self.api.package.library;
        let (success, failure) = self.answer_types(index, operation);
        let (success, failure) = (answer_text(&success, library), answer_text(&failure, library));
        let mut hidden = vec![format!("use {library}::client::Client;")];
        let call = if success == "()" {
            format!("{call}.await?;")
        } else {
            let answer = imported(&success, &mut hidden);
            format!("let answer: {answer} = {call}.await?;")
        };
        code.doc("");
        code.doc("```no_run");
        hidden.iter().for_each(|line| code.doc(&format!("# {line}")));
        code.doc("# async fn example(");
        code.doc("#     client: Client,");
        for (name, ty) in given {
            let ty = path_text(ty, library);
            code.doc(&format!("#     {name}: {ty},"));
        }
        code.doc(&format!("# ) -> Result<(), {library}::client::Error<{failure}>> {{"));
        code.doc(&call);
        code.doc("# Ok(())");
        code.doc("# }");
        code.doc("```");
    }
}

/// A type as a reader of another crate would write it.
fn path_text(ty: &str, library: &str) -> String {
    ty.replace("crate::", &format!("{library}::"))
}

/// The same for a success or a failure, which may be an enum of the client's.
fn answer_text(ty: &str, library: &str) -> String {
    let text = path_text(ty, library);
    let is_own = text.ends_with("Success") || text.ends_with("Failure");
    if is_own && !text.contains(':') { format!("{library}::client::{text}") } else { text }
}

/// A type by the last names of its paths, and what is to be imported for them: what is read is short.
fn imported(ty: &str, imports: &mut Vec<String>) -> String {
    let mut text = String::new();
    let mut rest = ty;
    while !rest.is_empty() {
        let in_path = |c: char| c == ':' || unicode_ident::is_xid_continue(c) || c == '#';
        let end = rest.find(|c| !in_path(c)).unwrap_or(rest.len());
        let (path, after) = rest.split_at(end);
        let name = path.rsplit("::").next().unwrap_or(path);
        let import = format!("use {path};");
        let is_taken = name == "Client"
            || PRELUDE.contains(&name)
            || imports
                .iter()
                .any(|other| *other != import && other.ends_with(&format!("::{name};")));
        if name == path || is_taken {
            text.push_str(path);
        } else {
            text.push_str(name);
            if !imports.contains(&import) {
                imports.push(import);
            }
        }
        let symbols = after.find(in_path).unwrap_or(after.len());
        text.push_str(&after[..symbols]);
        rest = &after[symbols..];
    }
    text
}
