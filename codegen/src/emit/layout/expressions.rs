//! Expressions: where they are broken if they don't fit on the line.

use super::Printer;
use super::tokens::{Brace, Kind, Place, Token};

/// How long `if a { b } else { c }` on one line may be.
const SHORT: usize = 50;

impl Printer<'_> {
    /// Whether it is `if`, `match` or a loop.
    pub(super) fn is_control(&self, tokens: &[Token]) -> bool {
        let first = tokens.first().map_or("", |token| self.source.text(token));
        matches!(first, "if" | "match" | "for" | "while" | "loop")
    }

    /// Writes tokens on this line if there is room for them and what comes behind them, else on several.
    pub(super) fn laid_out(&mut self, tokens: &[Token], indent: usize, behind: usize) {
        let written = self.out.len();
        let fits = self.fits(tokens, behind);
        if fits && !(self.is_control(tokens) && self.out.len() - written > SHORT) {
            return;
        }
        self.out.truncate(written);
        let is_declared = tokens.iter().any(|token| {
            matches!(token.kind, Kind::Brace(Brace::Items | Brace::Fields | Brace::Body))
        });
        if self.is_control(tokens) || is_declared {
            return self.broken(tokens, indent, behind, true);
        }
        if self.assignment(tokens, indent, behind)
            || self.closure(tokens, indent, behind)
            || self.operation(tokens, indent, behind)
            || self.chain(tokens, indent, behind)
        {
            return;
        }
        self.broken(tokens, indent, behind, false);
    }

    fn assignment(&mut self, tokens: &[Token], indent: usize, behind: usize) -> bool {
        let is_assigning = |operator: &str| matches!(operator, "=" | "+=" | "-=" | "|=");
        let Some(at) = self.position(tokens, is_assigning) else { return false };
        let (target, value) = tokens.split_at(at + 1);
        self.flat(target);
        self.out.push(' ');
        if self.fits(value, behind) {
            return true;
        }
        let is_literal = |token: &Token| matches!(token.kind, Kind::Brace(_) | Kind::Bracket(_));
        if !value.last().is_some_and(is_literal) {
            let written = self.out.len();
            let line = self.line;
            self.out.pop();
            self.newline(indent + 4);
            if self.fits(value, behind) {
                return true;
            }
            self.out.truncate(written - 1);
            self.out.push(' ');
            self.line = line;
        }
        self.laid_out(value, indent, behind);
        true
    }

    fn closure(&mut self, tokens: &[Token], indent: usize, behind: usize) -> bool {
        let from = tokens
            .iter()
            .take_while(|token| self.is(Some(token), "move") || self.is(Some(token), "async"))
            .count();
        let length = if self.is(tokens.get(from), "||") {
            from + 1
        } else if self.is(tokens.get(from), "|") {
            let close = tokens[from + 1..].iter().position(|token| self.is(Some(token), "|"));
            let Some(close) = close else { return false };
            from + close + 2
        } else {
            return false;
        };
        let (head, body) = tokens.split_at(length);
        if body.is_empty() {
            return false;
        }
        self.flat(head);
        self.out.push(' ');
        self.laid_out(body, indent, behind);
        true
    }

    /// Something between two: a line for each operand.
    fn operation(&mut self, tokens: &[Token], indent: usize, behind: usize) -> bool {
        let is_between = |text: &str| {
            let mut operators = tokens.iter().skip(1).filter(|token| token.kind == Kind::Operator);
            operators.any(|token| token.space && self.source.text(token) == text)
        };
        let first = tokens.first().map_or("", |token| self.source.text(token));
        if matches!(first, "pub" | "fn" | "impl" | "const" | "type" | "let" | "static") {
            return false;
        }
        let Some(operator) = ["||", "&&", "|", "+"].into_iter().find(|text| is_between(text))
        else {
            return false;
        };
        let further = if operator == "|" { indent } else { indent + 4 };
        let mut from = 0;
        for at in 1..=tokens.len() {
            let is_end = at == tokens.len();
            let is_operator = |token: &Token| token.space && self.is(Some(token), operator);
            if tokens.get(at).is_some_and(|token| !is_operator(token)) {
                continue;
            }
            if from > 0 {
                self.newline(further);
                self.out.push_str(operator);
                self.out.push(' ');
            }
            let operand = &tokens[from..at];
            self.laid_out(operand, further, if is_end { behind } else { 0 });
            from = at + 1;
        }
        true
    }

    /// Calls on each other's results: a line for each.
    fn chain(&mut self, tokens: &[Token], indent: usize, behind: usize) -> bool {
        let is_dot = |at: &usize| self.is(tokens.get(*at), ".");
        let dots: Vec<usize> = (1..tokens.len()).filter(is_dot).collect();
        let Some(&first) = dots.first() else { return false };
        let ends = dots.iter().skip(1).copied().chain([tokens.len()]);
        let links: Vec<&[Token]> =
            dots.iter().zip(ends).map(|(from, to)| &tokens[*from..to]).collect();
        let is_call = |link: &&&[Token]| link.iter().any(Token::is_group);
        let calls = links.iter().filter(is_call).count();
        let awaits = links.iter().any(|link| self.is(link.get(1), "await"));
        let head_calls = tokens[..first].iter().any(Token::is_group);
        if calls < 2 && !(awaits && calls + usize::from(head_calls) > 0) {
            return false;
        }
        let (last, others) = tokens.split_at(dots[dots.len() - 1]);
        let (others, last) = (last, others);
        if last.iter().any(|token| token.hard) && !others.iter().any(|token| token.hard) {
            let written = self.out.len();
            if self.fits(others, 12) {
                self.broken(last, indent, behind, false);
                return true;
            }
            self.out.truncate(written);
        }
        self.links(&tokens[..first], &links, indent);
        true
    }

    fn links(&mut self, head: &[Token], links: &[&[Token]], indent: usize) {
        let from = self.out.len();
        let is_short = self.fits(head, 0);
        if !is_short {
            self.laid_out(head, indent, 0);
        }
        let is_tiny = is_short && self.out.len() - from <= 4;
        let further = if is_short { indent + 4 } else { indent };
        for (at, link) in links.iter().enumerate() {
            let is_field = !link.iter().any(Token::is_group) && !self.is(link.get(1), "await");
            if at > 0 && !is_field || at == 0 && !is_tiny && !is_field {
                self.newline(further);
            }
            if !self.fits(link, 0) {
                self.broken(link, further, 0, false);
            }
        }
    }

    /// Writes tokens on this line, but for the groups that need more.
    pub(super) fn broken(
        &mut self,
        tokens: &[Token],
        indent: usize,
        behind: usize,
        is_block: bool,
    ) {
        let is_full = |token: &Token| token.is_group() && !token.inner.is_empty();
        let has_blocks = is_block && tokens.iter().any(Token::is_block);
        let needs =
            |token: &Token| is_full(token) && (token.hard || has_blocks && token.is_block());
        let attribute = |at: usize| at > 0 && self.is(tokens.get(at - 1), "#");
        // A comma at its end would be wrong.
        let visibility = |at: usize| {
            let first = tokens[at].inner.first().map_or("", |token| self.source.text(token));
            let is_narrow = matches!(first, "in" | "crate" | "super" | "self");
            at > 0 && is_narrow && self.is(tokens.get(at - 1), "pub")
        };
        let can_be_broken =
            |at: &usize| is_full(&tokens[*at]) && !attribute(*at) && !visibility(*at);
        let last = match tokens.iter().any(needs) {
            true => None,
            false => (0..tokens.len()).rev().find(can_be_broken),
        };
        let head = if is_block { self.long_condition(tokens, indent) } else { 0 };
        for (at, token) in tokens.iter().enumerate().skip(head) {
            if token.space && at > head {
                self.out.push(' ');
            }
            if needs(token) || last == Some(at) {
                let is_end = at + 1 == tokens.len();
                self.group(token, indent, if is_end { behind } else { 0 });
            } else {
                self.flat(std::slice::from_ref(token));
            }
        }
    }

    /// Writes what stands between `if` or `match` and the braces, if it needs several lines, and says how much that is.
    fn long_condition(&mut self, tokens: &[Token], indent: usize) -> usize {
        let Some(length) = tokens.iter().position(Token::is_block) else { return 0 };
        let [keyword, condition @ ..] = &tokens[..length] else { return 0 };
        let written = self.out.len();
        if !self.is_control(tokens) || self.fits(&tokens[..length], 2) {
            self.out.truncate(written);
            return 0;
        }
        self.flat(std::slice::from_ref(keyword));
        self.out.push(' ');
        self.laid_out(condition, indent, 2);
        if self.out[self.line..].trim_start().starts_with([')', ']', '}']) {
            self.out.push(' ');
        } else {
            self.newline(indent);
        }
        length
    }

    /// A group on several lines.
    pub(super) fn group(&mut self, group: &Token, indent: usize, behind: usize) {
        match group.kind {
            Kind::Brace(brace) => {
                self.out.push('{');
                self.braced(brace, group, indent + 4);
                self.newline(indent);
                self.out.push('}');
            }
            Kind::Bracket(place) => self.list(("[", "]"), place, group, indent, behind),
            Kind::Parenthesis(place) => self.list(("(", ")"), place, group, indent, behind),
            _ => self.flat(std::slice::from_ref(group)),
        }
    }

    fn list(
        &mut self,
        (open, close): (&str, &str),
        place: Place,
        group: &Token,
        indent: usize,
        behind: usize,
    ) {
        self.out.push_str(open);
        let elements = self.elements(&group.inner);
        if let Some((last, others)) = elements.split_last()
            && self.hugs(last, others.is_empty())
            && others.iter().flat_map(|other| other.iter()).all(|token| !token.hard)
        {
            let written = self.out.len();
            let line = self.line;
            let end = group.inner.len() - last.len();
            let end = end - usize::from(self.is(group.inner.last(), ","));
            let is_macro = place == Place::Macro;
            if self.fits(&group.inner[..end], 12) && self.begins(last) {
                if end > 0 {
                    self.out.push(' ');
                }
                self.laid_out(last, indent, behind + 1);
                if place != Place::Call
                    && (is_macro || elements.len() == 1)
                    && self.is(group.inner.last(), ",")
                {
                    self.out.push(',');
                }
                self.out.push_str(close);
                return;
            }
            self.out.truncate(written);
            self.line = line;
        }
        let is_plain = elements.len() > 4
            && elements.iter().all(|element| element.len() == 1 && element[0].kind == Kind::Word);
        if is_plain && open == "[" && place != Place::Macro {
            self.newline(indent + 4);
            self.fill(&elements, indent + 4);
        } else {
            self.column(place, group, &elements, indent);
        }
        self.newline(indent);
        self.out.push_str(close);
    }

    /// Whether there is room for what stands in front of the last group.
    fn begins(&mut self, element: &[Token]) -> bool {
        let written = self.out.len();
        let begins = element.iter().any(|token| token.hard)
            || self.fits(&element[..element.len().saturating_sub(1)], 2);
        self.out.truncate(written);
        begins
    }

    /// An element a line.
    fn column(&mut self, place: Place, group: &Token, elements: &[&[Token]], indent: usize) {
        let has_comma = self.is(group.inner.last(), ",");
        let repeats = group.inner.iter().any(|token| self.is(Some(token), ";"));
        let is_list = match (place, group.kind) {
            (Place::Macro, _) => false,
            (_, Kind::Bracket(_)) => !repeats,
            (Place::Call, _) => true,
            (Place::Value, _) => elements.len() > 1,
        };
        for (at, element) in elements.iter().enumerate() {
            self.newline(indent + 4);
            self.element(element, indent + 4, 1);
            let is_last = at + 1 == elements.len();
            if !is_last || has_comma || is_list && !self.is(element.first(), "..") {
                self.out.push(',');
            }
        }
    }

    /// Whether the last of a list may begin on the line of the list: its own end is then the end of both.
    fn hugs(&self, element: &[Token], is_alone: bool) -> bool {
        let Some(last) = element.last() else { return false };
        if !last.is_group()
            || last.inner.is_empty()
            || element.first().is_some_and(|token| token.kind == Kind::Doc)
        {
            return false;
        }
        let is_closure =
            ["|", "||", "move", "async"].iter().any(|text| self.is(element.first(), text));
        if is_closure || self.is_control(element) {
            return true;
        }
        let is_joined = |token: &Token| {
            token.kind == Kind::Operator && matches!(self.source.text(token), "." | "=" | ":")
        };
        let has_operators = element.iter().any(|token| {
            is_joined(token)
                || token.kind == Kind::Operator && token.space && !self.is(Some(token), "&")
        });
        if has_operators {
            return false;
        }
        let is_block = matches!(last.kind, Kind::Brace(_));
        is_alone || is_block && (last.hard || element.len() > 1)
    }
}
