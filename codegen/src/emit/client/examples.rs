//! An example that compiles, for the documentation of each method.

use super::calls::{argument_name, setter_name, takes_struct};
use super::{Client, method_name};
use crate::emit::code::Code;
use crate::emit::shorten::PRELUDE;
use crate::emit::usage::{composed, ty};
use crate::ir::{Credential, Direction, Operation, Scheme};

impl Client<'_> {
    /// How a client comes to be, as an example that compiles.
    pub(super) fn emit_client_example(&self) -> Vec<String> {
        let library = &self.api.package.library;
        let (module, name) = (self.module(), self.type_name());
        let url = match self.direction {
            Direction::FromApi => "",
            Direction::ToApi if self.default_url().is_some() => "Client::DEFAULT_URL",
            Direction::ToApi => "\"https://api.example\"",
        };
        let scheme = self.usual_scheme().map(|scheme| {
            let method = composed(&["with_", &scheme.rust]);
            match scheme.credential {
                Credential::Basic => format!(".{method}(\"name\", \"password\")"),
                _ => format!(".{method}(\"secret\")"),
            }
        });
        let mut imported = [name, "ConfigurationError"];
        imported.sort_unstable();
        let imported = imported.join(", ");
        vec![
            "```no_run".to_owned(),
            format!("# use {library}::{module}::{{{imported}}};"),
            format!("# fn example() -> Result<{name}, ConfigurationError> {{"),
            format!("let {module} = {name}::new({url})?{};", scheme.unwrap_or_default()),
            format!("# Ok({module})"),
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
            let own = self.api.operations_in(self.direction).map(|(_, operation)| operation);
            own.filter(|operation| suffices(*at, operation)).count()
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
        if operation.sent.is_some() {
            given.push(("url".to_owned(), "&str".to_owned()));
            arguments.push("url".to_owned());
        }
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
        let arguments = arguments.join(", ");
        let call = format!("{}.{}({arguments}){setter}", self.module(), method_name(operation));
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
        let (module, name) = (self.module(), self.type_name());
        let own = format!("{library}::{module}");
        let (success, failure) = self.answer_types(index, operation);
        let (success, failure) =
            (answer_text(&success, library, &own), answer_text(&failure, library, &own));
        let mut hidden = vec![format!("use {own}::{name};")];
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
        code.doc(&format!("#     {module}: {name},"));
        for (name, ty) in given {
            let ty = path_text(ty, library);
            code.doc(&format!("#     {name}: {ty},"));
        }
        code.doc(&format!("# ) -> Result<(), {own}::Error<{failure}>> {{"));
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

/// The same for a success or a failure, which may be an enum of the module's own.
fn answer_text(ty: &str, library: &str, own: &str) -> String {
    let text = path_text(ty, library);
    let is_own = text.ends_with("Success") || text.ends_with("Failure");
    if is_own && !text.contains(':') { format!("{own}::{text}") } else { text }
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
        let is_taken = matches!(name, "Client" | "Sender")
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
