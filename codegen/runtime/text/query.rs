//! A query (or a form) taken apart, and the values in it as their style has them.

use std::borrow::Cow;

use super::read::decode_form;
use super::split::{gather, take_apart};
use super::{Fault, Form, Raw, Style};

/// The pairs of a query, in the order sent.
#[derive(Debug, Clone, Default)]
pub struct Query<'q> {
    pairs: Vec<(Cow<'q, str>, &'q str)>,
}

impl<'q> Query<'q> {
    /// Takes a query apart; values are decoded when they are asked for.
    #[must_use]
    pub fn parse(text: &'q str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name).unwrap_or(Cow::Borrowed(name)), value)
        });
        Self { pairs: pairs.collect() }
    }

    /// The values under a name.
    pub fn values(&self, name: &str) -> impl Iterator<Item = Result<Cow<'q, str>, Fault>> {
        self.raw(name).map(decode_form)
    }

    /// All pairs as one object; some of its members may have a style of their own.
    ///
    /// # Errors
    /// Where a value isn't encoded as it should be.
    pub fn into_members(mut self, styles: &[(&str, Form)]) -> Result<Raw<'q>, Fault> {
        let mut styled = Vec::new();
        for (name, form) in styles {
            if let Some(raw) = self.find(name, *form, &[])? {
                styled.push((Cow::Owned((*name).to_owned()), raw));
            }
            // What was found is no member by itself.
            self.pairs.retain(|(found, _)| {
                let inner = found.strip_prefix(name);
                inner.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('['))
            });
        }
        let found = self.find("", Form::Object(Style::Form, true), &[])?;
        let Some(Raw::Members(mut members)) = found else { return Ok(Raw::Members(styled)) };
        members.extend(styled);
        Ok(Raw::Members(members))
    }

    fn raw(&self, name: &str) -> impl Iterator<Item = &'q str> {
        self.pairs.iter().filter(move |(found, _)| found == name).map(|(_, value)| *value)
    }

    /// The value of a parameter; `declared` are the names that an object which has spread its members doesn't own.
    ///
    /// # Errors
    /// Where it is given too often, or isn't written as it should be.
    pub fn find(
        &self,
        name: &str,
        form: Form,
        declared: &[&str],
    ) -> Result<Option<Raw<'q>>, Fault> {
        match form {
            Form::List(_, true) => {
                let items = self.values(name).collect::<Result<Vec<_>, _>>()?;
                Ok((!items.is_empty()).then_some(Raw::List(items)))
            }
            Form::Object(Style::DeepObject, _) => self.deep(name),
            Form::Object(_, true) => {
                let others = self.pairs.iter().filter(|(n, _)| !declared.contains(&n.as_ref()));
                gather(others.map(|(name, value)| Ok((name.clone(), decode_form(value)?))))
            }
            _ => {
                let mut values = self.raw(name);
                match (values.next(), values.next()) {
                    (None, _) => Ok(None),
                    (Some(_), Some(_)) => Err(Fault::Repeated),
                    (Some(value), None) => take_apart(value, form, decode_form).map(Some),
                }
            }
        }
    }

    /// `name[member]=value`; of `name[outer][inner]=value`, the member is `outer][inner`'s outermost object.
    fn deep(&self, name: &str) -> Result<Option<Raw<'q>>, Fault> {
        let members = self.pairs.iter().filter_map(|(found, value)| {
            let member = found.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((member.to_owned(), *value))
        });
        gather(members.map(|(member, value)| Ok((Cow::Owned(member), decode_form(value)?))))
    }
}
