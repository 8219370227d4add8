//! Tokens as they are laid out: operators in one piece, and what stands before each.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Operators of several characters, the longest first.
const OPERATORS: [&str; 25] = [
    "<<=", ">>=", "..=", "...", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "+=",
    "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>", "<-",
];

/// Words behind which no operand ends.
const OPENING: [&str; 24] = [
    "as", "async", "break", "const", "dyn", "else", "enum", "for", "if", "impl", "in", "let",
    "loop", "match", "move", "mut", "pub", "ref", "return", "static", "unsafe", "use", "where",
    "while",
];

/// A token, or a group with what is in it.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    start: usize,
    end: usize,
    /// Whether a space stands before it, on one line.
    pub(super) space: bool,
    /// Whether it takes more than one line.
    pub(super) hard: bool,
    pub(super) inner: Vec<Token>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Operator,
    /// `<` and `>` around types.
    Angle,
    /// A doc comment: its text.
    Doc,
    /// `()`
    Parenthesis(Place),
    /// `[]`
    Bracket(Place),
    /// `{}`
    Brace(Brace),
    /// What a macro has put together.
    Invisible,
}

/// What a group stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Something that is called or declared: a comma at the end changes nothing.
    Call,
    /// A macro's name: every token counts.
    Macro,
    /// An operator or nothing.
    Value,
}

/// What braces hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brace {
    /// Statements, perhaps nothing but an expression.
    Block,
    /// The statements of a function.
    Body,
    /// The arms of a `match`.
    Arms,
    /// Items.
    Items,
    /// The fields or variants that a type is declared with.
    Fields,
    /// Fields of a value or a pattern.
    Literal,
    /// Names to import.
    Names,
    /// What a macro makes something of.
    Macro,
}

impl Token {
    pub(super) fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Parenthesis(_) | Kind::Bracket(_) | Kind::Brace(_))
    }

    /// Whether it is a block, of whatever.
    pub(super) fn is_block(&self) -> bool {
        matches!(self.kind, Kind::Brace(Brace::Block | Brace::Body | Brace::Arms | Brace::Items))
    }
}

/// Tokens, and the text that they are pieces of.
#[derive(Debug, Default)]
pub(super) struct Source {
    text: String,
}

impl Source {
    pub(super) fn text(&self, token: &Token) -> &str {
        &self.text[token.start..token.end]
    }

    pub(super) fn is(&self, token: Option<&Token>, text: &str) -> bool {
        token.is_some_and(|token| token.kind != Kind::Doc && self.text(token) == text)
    }

    /// Takes tokens in.
    pub(super) fn read(&mut self, tokens: TokenStream) -> Vec<Token> {
        self.read_in(tokens, false)
    }

    fn read_in(&mut self, tokens: TokenStream, in_macro: bool) -> Vec<Token> {
        let mut read = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (delimiter, inner) = (group.delimiter(), group.stream());
                    // Whoever holds it alone may take it apart.
                    drop(group);
                    self.read_group(delimiter, inner, in_macro, &mut read);
                }
                TokenTree::Punct(punct) => {
                    self.read_character(punct.as_char(), punct.spacing(), &mut read);
                }
                TokenTree::Ident(ident) => self.read_word(&ident, &mut read),
                TokenTree::Literal(literal) => self.read_word(&literal, &mut read),
            }
        }
        let mut read = self.joined(read);
        self.space(&mut read, in_macro);
        read
    }

    fn push(&mut self, kind: Kind, text: impl std::fmt::Display) -> Token {
        let start = self.text.len();
        let _ = write!(self.text, "{text}");
        Token { kind, start, end: self.text.len(), space: false, hard: false, inner: Vec::new() }
    }

    fn read_word(&mut self, text: &dyn std::fmt::Display, read: &mut Vec<Token>) {
        // The mark of a lifetime stands just before its name.
        let is_lifetime = self.is(read.last(), "'");
        let mut word = self.push(Kind::Word, text);
        if is_lifetime && let Some(mark) = read.pop() {
            word.start = mark.start;
        }
        read.push(word);
    }

    /// Whether an operator goes on is kept in `hard` until operators are put together.
    fn read_character(&mut self, character: char, spacing: Spacing, read: &mut Vec<Token>) {
        let mut token = self.push(Kind::Operator, character);
        token.hard = spacing == Spacing::Joint && character != '\'';
        read.push(token);
    }

    fn read_group(
        &mut self,
        delimiter: Delimiter,
        inner: TokenStream,
        in_macro: bool,
        read: &mut Vec<Token>,
    ) {
        if delimiter == Delimiter::Bracket
            && self.is(read.last(), "#")
            && let Some(text) = doc(&inner)
        {
            read.pop();
            let mut token = self.push(Kind::Doc, text);
            token.hard = true;
            read.push(token);
            return;
        }
        let is_name =
            |token: &Token| token.kind == Kind::Word && !OPENING.contains(&self.text(token));
        let is_macro = self.is(read.last(), "!") && read.iter().rev().nth(1).is_some_and(is_name);
        let place = if is_macro || in_macro { Place::Macro } else { Place::Value };
        let kind = match delimiter {
            Delimiter::Parenthesis => Kind::Parenthesis(place),
            Delimiter::Bracket => Kind::Bracket(place),
            Delimiter::Brace if place == Place::Macro => Kind::Brace(Brace::Macro),
            Delimiter::Brace => Kind::Brace(Brace::Block),
            Delimiter::None => Kind::Invisible,
        };
        let mut token = self.push(kind, "");
        token.inner = self.read_in(inner, place == Place::Macro);
        token.hard = false;
        read.push(token);
    }

    /// Puts operators together, and tells angle brackets from comparisons.
    fn joined(&self, read: Vec<Token>) -> Vec<Token> {
        let angles = self.angles(&read);
        let mut joined: Vec<Token> = Vec::with_capacity(read.len());
        let mut is_open = false;
        for (mut token, is_angle) in read.into_iter().zip(angles) {
            if token.kind != Kind::Operator {
                is_open = false;
                joined.push(token);
                continue;
            }
            let goes_on = std::mem::take(&mut token.hard);
            if is_angle {
                token.kind = Kind::Angle;
                is_open = false;
                joined.push(token);
                continue;
            }
            if is_open
                && let Some(last) = joined.last_mut()
                && OPERATORS.contains(&&self.text[last.start..token.end])
            {
                last.end = token.end;
            } else {
                joined.push(token);
            }
            is_open = goes_on;
        }
        joined
    }

    /// Which of the tokens are `<` and `>` around types.
    fn angles(&self, read: &[Token]) -> Vec<bool> {
        let mut angles = vec![false; read.len()];
        for at in 0..read.len() {
            if !self.is(Some(&read[at]), "<") || !self.opens_types(&read[..at]) {
                continue;
            }
            let mut depth = 0;
            for (end, token) in read.iter().enumerate().skip(at) {
                match self.text(token) {
                    _ if token.kind != Kind::Operator => {}
                    "<" => depth += 1,
                    ">" if !self.is_arrow(&read[..end]) => depth -= 1,
                    ";" => break,
                    _ => {}
                }
                if depth == 0 {
                    (angles[at], angles[end]) = (true, true);
                    break;
                }
            }
        }
        angles
    }

    fn is_arrow(&self, before: &[Token]) -> bool {
        before.last().is_some_and(|token| token.hard && matches!(self.text(token), "-" | "="))
    }

    /// Whether `<` behind these tokens begins a list of types.
    fn opens_types(&self, before: &[Token]) -> bool {
        let Some(last) = before.last() else { return true };
        match last.kind {
            Kind::Operator => true,
            Kind::Word => {
                let word = self.text(last).trim_start_matches("r#");
                let is_declared = self.is(before.iter().rev().nth(1), "fn");
                is_declared || OPENING.contains(&word) || word.starts_with(char::is_uppercase)
            }
            _ => false,
        }
    }

    /// Decides what stands before each token, what braces hold, and what needs several lines.
    fn space(&self, tokens: &mut [Token], in_macro: bool) {
        let mut state = State::default();
        for at in 0..tokens.len() {
            let (before, rest) = tokens.split_at_mut(at);
            let [token, after @ ..] = rest else { break };
            token.space = at > 0 && !state.glued;
            match token.kind {
                Kind::Word => state.word(self.text(token), after.first()),
                Kind::Angle => self.angle(token, &mut state),
                Kind::Operator => {
                    let is_macro = after.first().is_some_and(Token::is_group);
                    state.operator(self.text(token), token, is_macro);
                    token.hard = self.text(token) == "#" && !in_macro;
                }
                Kind::Doc => {}
                Kind::Invisible => state.operand(),
                Kind::Parenthesis(_) | Kind::Bracket(_) | Kind::Brace(_) => {
                    let previous = before.last().map_or("", |token| self.text(token));
                    self.group(token, previous, &mut state);
                }
            }
        }
    }

    fn angle(&self, token: &mut Token, state: &mut State) {
        if self.text(token) == "<" {
            token.space &= !state.has_operand && !state.names;
            (state.glued, state.has_operand) = (true, false);
        } else {
            token.space = false;
            state.operand();
        }
    }

    fn group(&self, token: &mut Token, previous: &str, state: &mut State) {
        let first = token.inner.first().map_or("", |token| self.text(token));
        let is_seen = previous == "pub" && matches!(first, "crate" | "in" | "self" | "super");
        let is_called = state.has_operand || previous == "fn" || is_seen;
        match &mut token.kind {
            Kind::Parenthesis(place) | Kind::Bracket(place) => {
                token.space &= !is_called;
                if *place == Place::Value && is_called {
                    *place = Place::Call;
                }
                token.hard = token.inner.iter().any(|token| token.hard);
                state.operand();
            }
            Kind::Brace(brace) => {
                token.space |= previous == "!";
                if *brace != Brace::Macro {
                    let named = previous.trim_start_matches("r#").starts_with(char::is_uppercase);
                    let is_value = named || previous == ">";
                    *brace = state.pending.take().unwrap_or(match is_value {
                        true => Brace::Literal,
                        false => Brace::Block,
                    });
                }
                let brace = *brace;
                token.hard = self.is_hard(brace, &token.inner);
                state.operand();
                state.has_operand = matches!(brace, Brace::Literal | Brace::Names | Brace::Macro);
            }
            _ => {}
        }
    }

    fn is_hard(&self, brace: Brace, inner: &[Token]) -> bool {
        let is_long = match brace {
            Brace::Body | Brace::Arms | Brace::Items | Brace::Fields => !inner.is_empty(),
            Brace::Block => {
                inner.iter().any(|token| token.kind == Kind::Operator && self.text(token) == ";")
                    || inner.split_last().is_some_and(|(_, rest)| rest.iter().any(Token::is_block))
            }
            Brace::Literal | Brace::Names | Brace::Macro => false,
        };
        is_long || inner.iter().any(|token| token.hard)
    }
}

/// What has been seen of a sequence of tokens.
#[derive(Default)]
struct State {
    /// The next token stands close to the last.
    glued: bool,
    /// An operand ends here: what follows is between two.
    has_operand: bool,
    /// A word after which `<` stands close.
    names: bool,
    /// Between the bars of a closure.
    in_closure: bool,
    /// What the next braces hold.
    pending: Option<Brace>,
}

impl State {
    fn operand(&mut self) {
        (self.glued, self.has_operand, self.names) = (false, true, false);
    }

    fn word(&mut self, word: &str, next: Option<&Token>) {
        self.operand();
        self.names = matches!(word, "impl" | "for");
        self.has_operand = !OPENING.contains(&word) && !word.starts_with('\'');
        let is_item = self.pending.is_none() || self.pending == Some(Brace::Block);
        let is_declared = next.is_some_and(|next| next.kind == Kind::Word);
        self.pending = match word {
            "match" => Some(Brace::Arms),
            "if" | "while" | "loop" | "unsafe" | "async" | "else" | "for" if is_item => {
                Some(Brace::Block)
            }
            "fn" if is_declared => Some(Brace::Body),
            "impl" | "trait" | "mod" | "extern" if is_item => Some(Brace::Items),
            "struct" | "enum" if is_declared && is_item => Some(Brace::Fields),
            "use" => Some(Brace::Names),
            _ => return,
        };
    }

    fn operator(&mut self, operator: &str, token: &mut Token, before_group: bool) {
        let had = std::mem::replace(&mut self.has_operand, false);
        let glued = std::mem::replace(&mut self.glued, false);
        self.names = false;
        match operator {
            "," | ";" | ":" => token.space = false,
            "?" if had => {
                token.space = false;
                self.has_operand = true;
            }
            "." => (token.space, self.glued) = (false, true),
            "::" | ".." | "..=" => (token.space, self.glued) = (token.space && !had, true),
            "!" if had && before_group => (token.space, self.glued) = (false, true),
            "|" if self.in_closure => (token.space, self.in_closure) = (false, false),
            "|" if !had => (self.in_closure, self.glued) = (true, true),
            "&" | "&&" | "*" | "-" | "!" | "?" if !had => self.glued = true,
            "#" => self.glued = true,
            _ => token.space |= had && glued,
        }
        if matches!(operator, ";" | "=>") {
            self.pending = None;
        }
    }
}

/// The text of a doc comment: what stands behind `///`.
fn doc(attribute: &TokenStream) -> Option<String> {
    let mut tokens = attribute.clone().into_iter();
    let [
        Some(TokenTree::Ident(name)),
        Some(TokenTree::Punct(_)),
        Some(TokenTree::Literal(text)),
        None,
    ] = [tokens.next(), tokens.next(), tokens.next(), tokens.next()]
    else {
        return None;
    };
    if name != "doc" {
        return None;
    }
    let text = text.to_string();
    let quoted = |text: &str| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    let text = match text.strip_prefix('r') {
        Some(raw) => quoted(raw.trim_matches('#'))?,
        None => unescaped(&quoted(&text)?)?,
    };
    // As `///` these would mean something else.
    (!text.starts_with('/') && !text.contains(['\n', '\r', '\0'])).then_some(text)
}

fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        plain.push(match character {
            '\\' => match rest.next()? {
                mark @ ('\\' | '"' | '\'') => mark,
                't' => '\t',
                'u' => {
                    let code: String = rest.by_ref().take_while(|c| *c != '}').skip(1).collect();
                    char::from_u32(u32::from_str_radix(&code, 16).ok()?)?
                }
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}
