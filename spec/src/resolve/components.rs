//! Components that nothing refers to: they are read all the same, for what is wrong with them.

use super::Resolver;
use super::node::Node;
use super::structure;
use crate::Finding;
use crate::model::{Contract, PathTemplate, Status};

impl<'d> Resolver<'d> {
    /// Reads every component, whether it is used or not, and keeps but the findings. Those of schemas have been read.
    pub(super) fn check_components(&mut self, root: &Node<'d>, contract: &Contract) {
        let Some(components) = root.get("components").filter(|node| node.value.is_object()) else {
            return;
        };
        let known = self.schemas.len();
        self.set_aside(|this| {
            this.check_object(&components, &structure::COMPONENTS);
            for (kind, named) in components.members().filter(|(kind, _)| !kind.starts_with("x-")) {
                for (name, node) in named.members() {
                    this.check_component_name(name, &node);
                    this.check_component(kind, &node, contract);
                }
            }
            this.read_pending();
        });
        self.schemas.truncate(known);
    }

    fn check_component_name(&mut self, name: &str, node: &Node<'d>) {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || !name.chars().all(fits) {
            let clause = structure::COMPONENTS.clause(self.version);
            let message = format!("`{name}` is no name for a component");
            let finding = Finding::warning("malformed-component-name", node.at.clone(), message);
            self.report(finding.help(format!("use A–Z, a–z, 0–9, `.`, `-` and `_` ({clause})")));
        }
    }

    fn check_component(&mut self, kind: &str, node: &Node<'d>, contract: &Contract) {
        if matches!(kind, "schemas" | "securitySchemes") {
            return;
        }
        let Some(node) = self.follow_to_object(node) else { return };
        match kind {
            "responses" => drop(self.read_response(Status::Default, None, &node)),
            "parameters" => drop(self.read_parameter(&node)),
            "examples" => drop(self.check_object(&node, &structure::EXAMPLE)),
            "requestBodies" => drop(self.read_request_body(&node)),
            "headers" => drop(self.read_header(&node)),
            "links" => drop(self.read_link(&node)),
            "callbacks" => drop(self.read_callback("", &node, &contract.security_schemes)),
            "mediaTypes" => drop(self.read_media_type("", &node)),
            "pathItems" => {
                let nowhere = PathTemplate::parse("");
                self.read_path_item(&nowhere, &node, None, &contract.security_schemes);
            }
            _ => {}
        }
    }
}
