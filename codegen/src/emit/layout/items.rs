//! Items, statements, arms and fields: what stands on lines of its own.

use super::tokens::{Brace, Kind, Token};
use super::{Printer, WIDTH};

/// What decides whether an item stands close to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Use,
    PublicUse,
    Module,
    Macro,
    Function,
    Other,
}

impl Printer<'_> {
    /// Items one below the other. Those of a file all have space around them, those of others only where it helps.
    pub(super) fn items(&mut self, tokens: &[Token], indent: usize, in_file: bool) {
        let mut previous = None;
        for item in self.split(tokens) {
            let (attributes, item) = self.attributes(item);
            let sort = self.sort(attributes, item);
            if let Some(previous) = previous {
                let stands_close = match in_file {
                    true => previous == sort && !matches!(sort, Sort::Function | Sort::Other),
                    false => attributes.is_empty() && ![previous, sort].contains(&Sort::Function),
                };
                if !stands_close {
                    self.newline(0);
                }
                self.newline(indent);
            }
            previous = Some(sort);
            self.write_attributes(attributes, indent);
            self.item(item, indent);
        }
        if in_file {
            self.newline(0);
        }
    }

    fn sort(&self, attributes: &[Token], item: &[Token]) -> Sort {
        let word = |at: usize| item.get(at).map_or("", |token| self.source.text(token));
        let is_keyword = |keyword: &str| {
            let at = item.iter().take(6).position(|token| self.source.text(token) == keyword);
            at.is_some_and(|at| item.get(at + 1).is_some_and(|next| next.kind == Kind::Word))
        };
        match word(0) {
            "use" => Sort::Use,
            "pub" if word(1) == "use" => Sort::PublicUse,
            _ if is_keyword("mod") && attributes.is_empty() && self.is(item.last(), ";") => {
                Sort::Module
            }
            _ if word(1) == "!" => Sort::Macro,
            _ if is_keyword("fn") => Sort::Function,
            _ => Sort::Other,
        }
    }

    /// What belongs together: an item, a statement.
    fn split<'t>(&self, tokens: &'t [Token]) -> Vec<&'t [Token]> {
        let mut parts = Vec::new();
        let mut from = 0;
        for at in 0..tokens.len() {
            let part = &tokens[from..=at];
            if self.is(part.last(), ";") || self.is_whole(part, tokens.get(at + 1)) {
                parts.push(part);
                from = at + 1;
            }
        }
        if from < tokens.len() {
            parts.push(&tokens[from..]);
        }
        parts
    }

    /// Whether an item or a statement ends with these braces.
    fn is_whole(&self, part: &[Token], next: Option<&Token>) -> bool {
        let Some(Kind::Brace(brace)) = part.last().map(|token| token.kind) else { return false };
        if ["else", ".", "?", ";"].iter().any(|text| self.is(next, text)) {
            return false;
        }
        let (_, part) = self.attributes(part);
        let first = part.first().map_or("", |token| self.source.text(token));
        match brace {
            Brace::Body | Brace::Items | Brace::Fields => true,
            Brace::Arms => first == "match",
            Brace::Block => {
                part.len() == 1 || matches!(first, "if" | "for" | "while" | "loop" | "unsafe")
            }
            Brace::Macro => self.is(part.get(1), "!") && part.len() == 3,
            Brace::Literal | Brace::Names => false,
        }
    }

    /// The attributes and doc comments at the beginning, and the rest.
    fn attributes<'t>(&self, tokens: &'t [Token]) -> (&'t [Token], &'t [Token]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if token.kind == Kind::Doc {
                at += 1;
            } else if self.is(Some(token), "#") {
                at += if self.is(tokens.get(at + 1), "!") { 3 } else { 2 };
            } else {
                break;
            }
        }
        tokens.split_at(at.min(tokens.len()))
    }

    fn write_attributes(&mut self, tokens: &[Token], indent: usize) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if token.kind == Kind::Doc {
                self.out.push_str("///");
                self.out.push_str(self.source.text(token));
                self.out.truncate(self.out.trim_end_matches(' ').len());
                at += 1;
            } else {
                let length = if self.is(tokens.get(at + 1), "!") { 3 } else { 2 };
                let end = (at + length).min(tokens.len());
                self.flat(&tokens[at..end]);
                at = end;
            }
            self.newline(indent);
        }
    }

    fn item(&mut self, item: &[Token], indent: usize) {
        let is_function = item.iter().zip(item.iter().skip(1)).any(|(word, name)| {
            word.kind == Kind::Word && self.source.text(word) == "fn" && name.kind == Kind::Word
        });
        if is_function && self.position(item, |operator| operator == "=").is_none() {
            self.function(item, indent);
        } else {
            self.statement(item, indent);
        }
    }

    fn function(&mut self, item: &[Token], indent: usize) {
        let (body, head) = match item.split_last() {
            Some((body, head)) if body.is_group() => (Some(body), head),
            Some((_, head)) => (None, head),
            None => return,
        };
        if !self.fits(head, if body.is_some() { 2 } else { 1 }) {
            self.long_head(head, indent);
        }
        match body {
            Some(body) if body.inner.is_empty() => self.out.push_str(" {}"),
            Some(body) => {
                self.out.push(' ');
                self.group(body, indent, 0);
            }
            None => self.out.push(';'),
        }
    }

    /// A function with a parameter a line.
    fn long_head(&mut self, head: &[Token], indent: usize) {
        let mut depth = 0_usize;
        let parameters = head.iter().position(|token| {
            match (token.kind, self.source.text(token)) {
                (Kind::Angle, "<") => depth += 1,
                (Kind::Angle, _) => depth = depth.saturating_sub(1),
                _ => {}
            }
            let is_visibility =
                self.is(token.inner.first(), "in") || self.is(token.inner.first(), "crate");
            depth == 0 && matches!(token.kind, Kind::Parenthesis(_)) && !is_visibility
        });
        let Some(at) = parameters else { return self.flat(head) };
        if !self.fits(&head[..at], 1) {
            self.filled(&head[..at], indent);
        }
        if head[at].inner.is_empty() {
            self.out.push_str("()");
        } else {
            self.group(&head[at], indent, 0);
        }
        if head.get(at + 1).is_some_and(|token| token.space) {
            self.out.push(' ');
        }
        self.flat(&head[at + 1..]);
    }

    /// Words until the line is full, then on the next.
    fn filled(&mut self, tokens: &[Token], indent: usize) {
        for (at, token) in tokens.iter().enumerate() {
            let written = self.out.len();
            if token.space && at > 0 {
                self.out.push(' ');
            }
            self.flat(std::slice::from_ref(token));
            if token.space && at > 0 && self.out.len() - self.line > WIDTH - 2 {
                self.out.truncate(written);
                self.newline(indent + 4);
                self.flat(std::slice::from_ref(token));
            }
        }
    }

    /// Anything with a semicolon behind it, or none.
    fn statement(&mut self, statement: &[Token], indent: usize) {
        match statement.split_last() {
            Some((last, rest)) if self.is(Some(last), ";") => {
                self.laid_out(rest, indent, 1);
                self.out.push(';');
            }
            _ if self.is_control(statement) => self.broken(statement, indent, 0, true),
            _ => self.laid_out(statement, indent, 0),
        }
    }

    /// What is between braces, a group's indent further in.
    pub(super) fn braced(&mut self, brace: Brace, group: &Token, indent: usize) {
        match brace {
            Brace::Items => {
                self.newline(indent);
                self.items(&group.inner, indent, false);
            }
            Brace::Block | Brace::Body => {
                for statement in self.split(&group.inner) {
                    self.newline(indent);
                    let (attributes, statement) = self.attributes(statement);
                    self.write_attributes(attributes, indent);
                    self.item(statement, indent);
                }
            }
            Brace::Arms => self.arms(&group.inner, indent),
            Brace::Fields | Brace::Literal => {
                for field in self.elements(&group.inner) {
                    self.newline(indent);
                    self.element(field, indent, 1);
                    if !self.is(field.first(), "..") {
                        self.out.push(',');
                    }
                }
            }
            Brace::Names => {
                self.newline(indent);
                self.fill(&self.elements(&group.inner), indent);
            }
            Brace::Macro => {
                self.newline(indent);
                self.laid_out(&group.inner, indent, 0);
            }
        }
    }

    /// Something of a list, with its attributes.
    pub(super) fn element(&mut self, element: &[Token], indent: usize, behind: usize) {
        let (attributes, element) = self.attributes(element);
        self.write_attributes(attributes, indent);
        self.laid_out(element, indent, behind);
    }

    /// As many on a line as there is room for.
    pub(super) fn fill(&mut self, elements: &[&[Token]], indent: usize) {
        for (at, element) in elements.iter().enumerate() {
            let written = self.out.len();
            if at > 0 {
                self.out.push(' ');
            }
            self.flat(element);
            self.out.push(',');
            if at > 0 && self.out.len() - self.line > WIDTH {
                self.out.truncate(written);
                self.newline(indent);
                self.flat(element);
                self.out.push(',');
            }
        }
    }

    fn arms(&mut self, tokens: &[Token], indent: usize) {
        let mut rest = tokens;
        while let Some(arrow) = self.position(rest, |operator| operator == "=>") {
            let (attributes, pattern) = self.attributes(&rest[..arrow]);
            let body = &rest[arrow + 1..];
            let is_block = body.first().is_some_and(Token::is_block)
                && !self.is(body.get(1), ".")
                && !self.is(body.get(1), "?");
            let length = match is_block {
                true => 1,
                false => self.elements(body).first().map_or(0, |element| element.len()),
            };
            self.newline(indent);
            self.write_attributes(attributes, indent);
            self.laid_out(pattern, indent, 3);
            self.out.push_str(" => ");
            self.arm(&body[..length], indent);
            rest = &body[length..];
            if self.is(rest.first(), ",") {
                rest = &rest[1..];
            }
            if length == 0 {
                break;
            }
        }
        // What isn't an arm isn't lost.
        if !rest.is_empty() {
            self.newline(indent);
            self.flat(rest);
        }
    }

    /// What an arm comes to; in braces of its own, where it needs more than a line.
    fn arm(&mut self, body: &[Token], indent: usize) {
        match body {
            [block] if block.is_block() && block.inner.is_empty() => self.out.push_str("{}"),
            [block] if self.is_expression(block) && self.fits(&block.inner, 1) => {
                self.out.push(',');
            }
            [block] if block.is_block() => self.group(block, indent, 0),
            _ if self.fits(body, 1) => self.out.push(','),
            [.., last] if matches!(last.kind, Kind::Brace(_)) => {
                self.laid_out(body, indent, 1);
                self.out.push(',');
            }
            _ => {
                self.out.push('{');
                self.newline(indent + 4);
                self.laid_out(body, indent + 4, 0);
                self.newline(indent);
                self.out.push('}');
            }
        }
    }

    /// Whether an arm's braces are around nothing but an expression.
    fn is_expression(&self, block: &Token) -> bool {
        block.kind == Kind::Brace(Brace::Block)
            && !block.hard
            && !self.is_control(&block.inner)
            && self.split(&block.inner).len() == 1
    }
}
