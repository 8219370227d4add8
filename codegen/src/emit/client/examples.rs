//! An example that compiles, for the documentation of each method.

use proc_macro2::TokenStream;
use quote::quote;

use super::calls::{argument_name, setter_name, takes_struct};
use super::{Client, method_name};
use crate::emit::usage::ty;
use crate::ir::Operation;

impl Client<'_> {
    /// A call with its arguments given from outside, and with its first optional parameter.
    pub(super) fn emit_example(&self, operation: &Operation) -> TokenStream {
        if operation.deprecated {
            return TokenStream::new();
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
                    let name = argument_name(operation, field).to_string();
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
        if operation.body.is_some() {
            given.push(("body".to_owned(), self.body_type(operation)));
            arguments.push("body".to_owned());
        }
        self.written(operation, &given, &arguments, &setter)
    }

    fn written(
        &self,
        operation: &Operation,
        given: &[(String, TokenStream)],
        arguments: &[String],
        setter: &str,
    ) -> TokenStream {
        let library = &self.api.package.library;
        let mut lines = vec![
            String::new(),
            " ```no_run".to_owned(),
            format!(" # use {library}::client::Client;"),
        ];
        lines.push(" # async fn example(".to_owned());
        lines.push(" #     client: Client,".to_owned());
        for (name, ty) in given {
            let ty = path_text(ty, library);
            lines.push(format!(" #     {name}: {ty},"));
        }
        lines.push(" # ) {".to_owned());
        let call = format!("client.{}({}){setter}", method_name(operation), arguments.join(", "));
        lines.push(format!(" let answer = {call}.await;"));
        lines.push(" # }".to_owned());
        lines.push(" ```".to_owned());
        quote! { #(#[doc = #lines])* }
    }
}

/// A type as a reader of another crate would write it.
fn path_text(ty: &TokenStream, library: &str) -> String {
    let text = ty.to_string().replace(" :: ", "::").replace(" < ", "<").replace(" > ", ">");
    let text = text.replace("< ", "<").replace(" >", ">").replace(" ,", ",");
    text.replace("crate::", &format!("{library}::"))
}
