//! Conditions of Arazzo's `simple` kind (Arazzo 1.0.1 §4.6.11): text to tree.
//!
//! `||` binds less than `&&`, that less than `!`, that less than a comparison; parentheses group. An expression
//! ends where blank space, `)`, an operator or the end follows.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::{Expression, Query};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `left == right`
    Compare {
        /// The left side.
        left: Side,
        /// The operator.
        comparison: Comparison,
        /// The right side.
        right: Side,
    },
    /// A side by itself: it holds when it is `true`.
    Truth(Side),
    /// One in another language than this.
    Query(Box<Query>),
    /// `!…`
    Not(Box<Condition>),
    /// `… && …`
    And(Box<Condition>, Box<Condition>),
    /// `… || …`
    Or(Box<Condition>, Box<Condition>),
}

/// The operators that compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    /// A runtime expression.
    Expression(Expression),
    /// A constant.
    Literal(Literal),
}

/// A constant: `null`, `true`, `false`, a number or a string between single quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal(pub Value);

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    /// What is wrong: a fragment that fits behind "the condition …".
    pub reason: String,
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ConditionError {}

impl Condition {
    /// `left == right`
    #[must_use]
    pub fn equal(left: Expression, right: impl Into<Value>) -> Self {
        Self::Compare {
            left: Side::Expression(left),
            comparison: Comparison::Equal,
            right: Side::Literal(Literal(right.into())),
        }
    }

    /// Every expression in it.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Self::Compare { left, right, .. } => {
                [left, right].into_iter().filter_map(Side::expression).collect()
            }
            Self::Truth(side) => side.expression().into_iter().collect(),
            Self::Query(query) => query.expressions().collect(),
            Self::Not(inner) => inner.expressions(),
            Self::And(left, right) | Self::Or(left, right) => {
                let mut both = left.expressions();
                both.extend(right.expressions());
                both
            }
        }
    }

    /// Every expression in it, to be changed.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Self::Compare { left, right, .. } => {
                [left, right].into_iter().filter_map(Side::expression_mut).collect()
            }
            Self::Truth(side) => side.expression_mut().into_iter().collect(),
            Self::Query(query) => query.expressions_mut().collect(),
            Self::Not(inner) => inner.expressions_mut(),
            Self::And(left, right) | Self::Or(left, right) => {
                let mut both = left.expressions_mut();
                both.extend(right.expressions_mut());
                both
            }
        }
    }

    /// `self && other`
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::And(Box::new(self), Box::new(other))
    }

    /// `self || other`
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::Or(Box::new(self), Box::new(other))
    }

    /// `!self`
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl Side {
    fn expression_mut(&mut self) -> Option<&mut Expression> {
        match self {
            Self::Expression(expression) => Some(expression),
            Self::Literal(_) => None,
        }
    }

    fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Expression(expression) => Some(expression),
            Self::Literal(_) => None,
        }
    }
}

impl Comparison {
    const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        // Those of two characters first, as they are looked for in this order.
        Self::LessOrEqual,
        Self::GreaterOrEqual,
        Self::Less,
        Self::Greater,
    ];

    /// As written: `==`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let mut parser = Parser { rest: text.trim(), depth: 0 };
        let condition = parser.or()?;
        parser.skip_space();
        if parser.rest.is_empty() {
            Ok(condition)
        } else {
            Err(wrong(format!("goes on with `{}` where it should end", parser.rest)))
        }
    }
}

/// Deeper nesting than anybody writes would overflow the stack.
const MAX_DEPTH: usize = 64;

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Condition, ConditionError> {
        let mut left = self.and()?;
        while self.eat("||") {
            left = left.or(self.and()?);
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Condition, ConditionError> {
        let mut left = self.unary()?;
        while self.eat("&&") {
            left = left.and(self.unary()?);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Condition, ConditionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(wrong("is nested too deeply".to_owned()));
        }
        let condition = if self.eat("!") {
            self.unary().map(Condition::negated)
        } else if self.eat("(") {
            let inner = self.or()?;
            if !self.eat(")") {
                return Err(wrong("lacks a `)`".to_owned()));
            }
            Ok(inner)
        } else {
            self.comparison()
        };
        self.depth -= 1;
        condition
    }

    fn comparison(&mut self) -> Result<Condition, ConditionError> {
        let left = self.side()?;
        let found = Comparison::ALL.into_iter().find(|operator| self.eat(operator.as_str()));
        match found {
            Some(comparison) => Ok(Condition::Compare { left, comparison, right: self.side()? }),
            None => Ok(Condition::Truth(left)),
        }
    }

    fn side(&mut self) -> Result<Side, ConditionError> {
        self.skip_space();
        if let Some(behind) = self.rest.strip_prefix('\'') {
            return self.quoted(behind);
        }
        let word = self.word();
        if word.is_empty() {
            return Err(wrong("ends where a value should stand".to_owned()));
        }
        if word.starts_with('$') {
            let expression = word.parse().map_err(|error| wrong(format!("has {error}")))?;
            return Ok(Side::Expression(expression));
        }
        // A string between double quotes is none of Arazzo's literals, but what it means is plain.
        let literal = serde_json::from_str(word).map_err(|_| {
            wrong(format!("has `{word}`, which is neither an expression nor a literal"))
        })?;
        Ok(Side::Literal(Literal(literal)))
    }

    /// A string between single quotes; a quote in it is written twice.
    fn quoted(&mut self, mut behind: &str) -> Result<Side, ConditionError> {
        let mut text = String::new();
        loop {
            let end = behind.find('\'').ok_or_else(|| wrong("lacks a `'`".to_owned()))?;
            text.push_str(&behind[..end]);
            behind = &behind[end + 1..];
            match behind.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    behind = more;
                }
                None => break,
            }
        }
        let consumed = self.rest.len() - behind.len();
        self.rest = &self.rest[consumed..];
        Ok(Side::Literal(Literal(Value::String(text))))
    }

    fn word(&mut self) -> &str {
        let quoted = self.rest.strip_prefix('"').and_then(|behind| behind.find('"'));
        let end = quoted.map(|end| end + 2).or_else(|| {
            self.rest.find(|c: char| {
                c.is_whitespace() || matches!(c, ')' | '(' | '=' | '!' | '<' | '>' | '&' | '|')
            })
        });
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

fn wrong(reason: String) -> ConditionError {
    ConditionError { reason }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { left, comparison, right } => {
                write!(f, "{left} {} {right}", comparison.as_str())
            }
            Self::Truth(side) => write!(f, "{side}"),
            Self::Query(query) => write!(f, "{query}"),
            Self::Not(inner) => write!(f, "!({inner})"),
            Self::And(left, right) => write!(f, "({left} && {right})"),
            Self::Or(left, right) => write!(f, "({left} || {right})"),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expression(expression) => write!(f, "{expression}"),
            Self::Literal(Literal(Value::String(text))) => {
                write!(f, "'{}'", text.replace('\'', "''"))
            }
            Self::Literal(Literal(value)) => write!(f, "{value}"),
        }
    }
}
