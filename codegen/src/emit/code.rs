//! Rust source as it grows, in the form that rustfmt gives it: what fits stands on one line, the rest is broken from the
//! outside in.
//!
//! Types and whatever an operation has of its own are written so: tokens are parsed and printed again, which for a
//! thousand operations takes longer than all else.

use super::shorten::paths;
use crate::ir::Docs;

/// How long a line is at most.
pub(super) const WIDTH: usize = 100;

/// Source text, and how deep its next line stands.
#[derive(Debug, Default)]
pub(super) struct Code {
    text: String,
    depth: usize,
}

/// What may take several lines.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    /// What takes one, however long it is.
    Text(String),
    /// Items between `open` and `close`.
    List { open: String, items: Vec<Expr>, close: String },
    /// A value, and what is called on it.
    Chain(Box<Expr>, Vec<Expr>),
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// `head(a, b)`
pub(super) fn call<T: Into<Expr>>(head: &str, items: impl IntoIterator<Item = T>) -> Expr {
    list(&format!("{head}("), items, ")")
}

/// `name { a: b, c }`
pub(super) fn object<T: Into<Expr>>(name: &str, fields: impl IntoIterator<Item = T>) -> Expr {
    list(&format!("{name} {{"), fields, "}")
}

/// `&[a, b]`
pub(super) fn slice<T: Into<Expr>>(items: impl IntoIterator<Item = T>) -> Expr {
    list("&[", items, "]")
}

/// `fn name(a: A) -> B`
pub(super) fn signature<T: Into<Expr>>(
    head: &str,
    arguments: impl IntoIterator<Item = T>,
    returns: &str,
) -> Expr {
    list(&format!("{head}("), arguments, &format!(") -> {returns}"))
}

/// Lets a type have a function of its own name: the contract may call it `New` or `Read`.
pub(super) fn allow_own_name(ty: &str, function: &str, code: &mut Code) {
    if ty.eq_ignore_ascii_case(function) {
        code.line(
            "#[allow(clippy::self_named_constructors, reason = \"the contract has this name\")]",
        );
    }
}

/// Items between two texts.
pub(super) fn list<T: Into<Expr>>(
    open: &str,
    items: impl IntoIterator<Item = T>,
    close: &str,
) -> Expr {
    let items = items.into_iter().map(Into::into).collect();
    Expr::List { open: open.to_owned(), items, close: close.to_owned() }
}

impl Expr {
    /// The expression with these calls behind it.
    pub(super) fn then(self, calls: impl IntoIterator<Item = Expr>) -> Self {
        let (head, mut all) = match self {
            Self::Chain(head, calls) => (head, calls),
            head => (Box::new(head), Vec::new()),
        };
        all.extend(calls);
        if all.is_empty() { *head } else { Self::Chain(head, all) }
    }

    /// The same, with this in front of it: `field: `.
    pub(super) fn beginning(self, begin: &str) -> Self {
        match self {
            Self::Text(text) => Self::Text(begin.to_owned() + &text),
            Self::List { open, items, close } => {
                Self::List { open: begin.to_owned() + &open, items, close }
            }
            Self::Chain(head, calls) => Self::Chain(Box::new(head.beginning(begin)), calls),
        }
    }

    /// The same, with this behind it: `?`.
    pub(super) fn ending(self, end: &str) -> Self {
        match self {
            Self::Text(text) => Self::Text(text + end),
            Self::List { open, items, close } => Self::List { open, items, close: close + end },
            Self::Chain(head, mut calls) => {
                if let Some(last) = calls.pop() {
                    calls.push(last.ending(end));
                }
                Self::Chain(head, calls)
            }
        }
    }

    /// On one line.
    pub(super) fn one_line(&self) -> String {
        let mut text = String::new();
        self.flat(&mut text);
        text
    }

    fn flat(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::List { open, items, close } => {
                out.push_str(open);
                let space = if open.ends_with('{') && !items.is_empty() { " " } else { "" };
                out.push_str(space);
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    item.flat(out);
                }
                out.push_str(space);
                out.push_str(close);
            }
            Self::Chain(head, calls) => {
                head.flat(out);
                calls.iter().for_each(|call| call.flat(out));
            }
        }
    }
}

impl Code {
    /// What was written.
    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// One line, however long it is.
    pub(super) fn line(&mut self, line: &str) {
        self.indent();
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// An empty line, unless a block or the file begins here.
    pub(super) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("{\n") && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A line of a doc comment.
    pub(super) fn doc(&mut self, line: &str) {
        self.indent();
        self.text.push_str(if line.is_empty() { "///" } else { "/// " });
        // A name of the contract may hold anything.
        let is_one_line = !line.contains(['\n', '\r']);
        self.text.push_str(&if is_one_line {
            line.into()
        } else {
            line.replace(['\n', '\r'], " ")
        });
        self.text.push('\n');
    }

    /// Doc comments.
    pub(super) fn docs(&mut self, docs: &Docs) {
        docs.lines.iter().for_each(|line| self.doc(line));
    }

    /// Doc comments, or this where the contract says nothing.
    pub(super) fn docs_or(&mut self, docs: &Docs, otherwise: &str) {
        if docs.is_empty() { self.doc(otherwise) } else { self.docs(docs) }
    }

    /// `head { … }`
    pub(super) fn block(&mut self, head: impl Into<Expr>, body: impl FnOnce(&mut Self)) {
        self.put("", &head.into(), " {");
        self.deeper(body);
        if self.text.ends_with("{\n") {
            self.text.pop();
            self.text.push_str("}\n");
        } else {
            self.line("}");
        }
    }

    /// Lines that stand one step deeper.
    pub(super) fn deeper(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// An expression with what stands before and behind it, on as many lines as it takes.
    pub(super) fn put(&mut self, before: &str, expr: &Expr, behind: &str) {
        let start = self.text.len();
        self.indent();
        self.text.push_str(before);
        self.write(expr, behind, start);
        self.text.push('\n');
    }

    /// `pattern | pattern => expression,`
    pub(super) fn arm(&mut self, patterns: &[String], expr: &Expr) {
        let mut before = patterns.join(" | ");
        if self.depth * 4 + width(&before) + 5 > WIDTH {
            let between = format!("\n{}| ", "    ".repeat(self.depth));
            before = patterns.join(&between);
        }
        let start = self.text.len();
        self.put(&format!("{before} => "), expr, ",");
        let written = &self.text[start..];
        let is_too_long = written.lines().any(|line| width(line) > WIDTH);
        if is_too_long && !matches!(expr, Expr::Text(_)) {
            self.text.truncate(start);
            self.line(&format!("{before} => {{"));
            self.deeper(|code| code.put("", expr, ""));
            self.line("}");
        }
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
    }

    /// Writes an expression into the line that began at `start`.
    fn write(&mut self, expr: &Expr, behind: &str, start: usize) {
        let end = self.text.len();
        expr.flat(&mut self.text);
        self.text.push_str(behind);
        let line = self.text[start..].rfind('\n').map_or(start, |at| start + at + 1);
        if width(&self.text[line..]) <= WIDTH {
            return;
        }
        self.text.truncate(end);
        self.write_broken(expr, behind, start);
    }

    fn write_broken(&mut self, expr: &Expr, behind: &str, start: usize) {
        match expr {
            Expr::Text(text) => self.text.push_str(text),
            Expr::List { open, items, close } => match items.as_slice() {
                [] => {
                    self.text.push_str(open);
                    self.text.push_str(close);
                }
                // What stands alone needs no line of its own, unless it would fit on one.
                [only @ (Expr::List { .. } | Expr::Chain(..))] if !self.fits_below(only) => {
                    self.text.push_str(open);
                    self.write(only, &format!("{close}{behind}"), start);
                    return;
                }
                items => {
                    self.text.push_str(open);
                    self.text.push('\n');
                    self.deeper(|code| items.iter().for_each(|item| code.put("", item, ",")));
                    self.indent();
                    self.text.push_str(close);
                }
            },
            Expr::Chain(head, calls) => {
                if let ([only], Expr::Text(head)) = (calls.as_slice(), &**head) {
                    self.text.push_str(head);
                    self.write(only, behind, start);
                    return;
                }
                head.flat(&mut self.text);
                self.deeper(|code| {
                    for call in calls {
                        code.text.push('\n');
                        let start = code.text.len();
                        code.indent();
                        code.write(call, "", start);
                    }
                });
            }
        }
        self.text.push_str(behind);
    }

    /// Whether an expression fits on a line that is one step deeper.
    fn fits_below(&self, expr: &Expr) -> bool {
        let mut flat = String::new();
        expr.flat(&mut flat);
        (self.depth + 1) * 4 + width(&flat) < WIDTH
    }
}

/// How wide a text will be when its names are [shortened](super::shorten).
fn width(text: &str) -> usize {
    let shortened: usize = paths(text).map(|path| path.prefix()).sum();
    text.chars().count() - shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(depth: usize, before: &str, expr: &Expr, behind: &str) -> String {
        let mut code = Code { depth, ..Code::default() };
        code.put(before, expr, behind);
        code.finish()
    }

    #[test]
    fn what_fits_stands_on_one_line() {
        let made = object("Pet", ["name", "age: 3"]);
        assert_eq!(put(1, "let pet = ", &made, ";"), "    let pet = Pet { name, age: 3 };\n");
        assert_eq!(put(0, "", &object::<Expr>("Pet", []), ""), "Pet {}\n");
        assert_eq!(put(0, "", &signature("fn f", ["&self"], "u8"), " {"), "fn f(&self) -> u8 {\n");
    }

    #[test]
    fn what_does_not_fit_is_broken_from_the_outside_in() {
        let long = "a".repeat(50);
        let inner = call("g", [long.clone(), long.clone()]);
        let outer = call("f", [inner, "b".into()]);
        let expected =
            format!("f(\n    g(\n        {long},\n        {long},\n    ),\n    b,\n);\n");
        assert_eq!(put(0, "", &outer, ";"), expected);
    }

    #[test]
    fn an_only_argument_is_broken_where_it_stands() {
        let long = "a".repeat(50);
        let only = call("f", [call("g", [long.clone(), long.clone()])]);
        assert_eq!(put(0, "", &only, ""), format!("f(g(\n    {long},\n    {long},\n))\n"));
        let short = call(&"f".repeat(60), [call("g", [long.clone()])]);
        let head = "f".repeat(60);
        assert_eq!(put(0, "", &short, ""), format!("{head}(\n    g({long}),\n)\n"));
    }

    #[test]
    fn a_chain_is_a_call_a_line() {
        let long = "a".repeat(50);
        let calls = [call(".b", [long.clone()]), call(".c", [long.clone()])];
        let chain = Expr::from("a").then(calls).ending("?");
        let expected = format!("let x = a\n    .b({long})\n    .c({long})?;\n");
        assert_eq!(put(0, "let x = ", &chain, ";"), expected);
    }

    #[test]
    fn an_arm_that_does_not_fit_gets_a_block() {
        let pattern = "p".repeat(90);
        let mut code = Code::default();
        code.arm(std::slice::from_ref(&pattern), &call("function", ["argument"]));
        let expected = format!("{pattern} => {{\n    function(argument)\n}}\n");
        assert_eq!(code.finish(), expected);
    }

    #[test]
    fn names_count_as_short_as_they_will_be() {
        assert_eq!(width("Vec<crate::types::Pet>"), "Vec<Pet>".len());
        assert_eq!(width("crate::runtime::items::Events"), "crate::runtime::items::Events".len());
        assert_eq!(width("crate::runtime::Media"), "Media".len());
    }
}
