//! Tokens → source text in the form that rustfmt would give it, but for rare things that it would lay out better.
//!
//! Nothing is parsed: the shape of the tokens tells enough. What is written has the same tokens whatever happens, but
//! for commas at the end of lists and braces around what has but one thing in it or needs several lines, so a layout can be ugly, but never wrong.

mod expressions;
mod items;
mod tokens;

use proc_macro2::TokenStream;

use tokens::{Kind, Place, Source, Token};

/// How long a line may be.
const WIDTH: usize = 100;

/// Lays items out, with an empty line between them.
#[must_use]
pub(super) fn items(tokens: TokenStream) -> String {
    let mut source = Source::default();
    let tokens = source.read(tokens);
    let mut printer = Printer { source: &source, out: String::new(), line: 0 };
    printer.items(&tokens, 0, true);
    printer.out
}

/// What has been written so far.
struct Printer<'s> {
    source: &'s Source,
    out: String,
    /// Where the line begins.
    line: usize,
}

impl Printer<'_> {
    fn newline(&mut self, indent: usize) {
        self.out.push('\n');
        self.line = self.out.len();
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn is(&self, token: Option<&Token>, text: &str) -> bool {
        self.source.is(token, text)
    }

    /// Writes tokens on this line, whatever its length.
    fn flat(&mut self, tokens: &[Token]) {
        self.flat_within(tokens, usize::MAX);
    }

    /// Writes tokens on this line if they fit, with so much behind them.
    fn fits(&mut self, tokens: &[Token], behind: usize) -> bool {
        let written = self.out.len();
        if tokens.iter().any(|token| token.hard) {
            return false;
        }
        let is_written = self.flat_within(tokens, (self.line + WIDTH).saturating_sub(behind));
        if !is_written {
            self.out.truncate(written);
        }
        is_written
    }

    /// Whether what is written is no longer than it may be.
    fn flat_within(&mut self, tokens: &[Token], end: usize) -> bool {
        for (at, token) in tokens.iter().enumerate() {
            if token.space && at > 0 {
                self.out.push(' ');
            }
            if !self.flat_token(token, end) || self.out.len() > end {
                return false;
            }
        }
        true
    }

    fn flat_token(&mut self, token: &Token, end: usize) -> bool {
        let (open, close) = match token.kind {
            Kind::Parenthesis(_) => ("(", ")"),
            Kind::Bracket(_) => ("[", "]"),
            Kind::Brace(tokens::Brace::Names) if self.is_one_name(token) => ("", ""),
            Kind::Brace(tokens::Brace::Names) => ("{", "}"),
            Kind::Brace(_) if token.inner.is_empty() => ("{", "}"),
            Kind::Brace(_) => ("{ ", " }"),
            Kind::Invisible => ("", ""),
            Kind::Doc => {
                self.out.push_str(&format!("#[doc = {:?}]", self.source.text(token)));
                return true;
            }
            Kind::Word | Kind::Operator | Kind::Angle => {
                self.out.push_str(self.source.text(token));
                return true;
            }
        };
        self.out.push_str(open);
        let is_written = self.flat_within(self.without_comma(token), end);
        self.out.push_str(close);
        is_written
    }

    /// Whether there is but one thing to import, which needs no braces.
    fn is_one_name(&self, names: &Token) -> bool {
        let names = self.without_comma(names);
        names.len() == 1 && !self.is(names.first(), "self")
    }

    /// What is in a group, without a comma at the end that means nothing.
    fn without_comma<'t>(&self, group: &'t Token) -> &'t [Token] {
        let is_telling = matches!(group.kind, Kind::Parenthesis(Place::Macro | Place::Value))
            || matches!(group.kind, Kind::Bracket(Place::Macro))
            || group.kind == Kind::Brace(tokens::Brace::Macro);
        match group.inner.split_last() {
            Some((last, rest)) if !is_telling && self.is(Some(last), ",") => rest,
            _ => &group.inner,
        }
    }

    /// The tokens between commas.
    fn elements<'t>(&self, tokens: &'t [Token]) -> Vec<&'t [Token]> {
        let mut elements = Vec::new();
        let (mut from, mut depth, mut in_closure) = (0, 0_usize, false);
        for (at, token) in tokens.iter().enumerate() {
            match (token.kind, self.source.text(token)) {
                (Kind::Angle, "<") => depth += 1,
                (Kind::Angle, _) => depth = depth.saturating_sub(1),
                (Kind::Operator, "|") => {
                    let begins = at == from || !in_closure && !token.space;
                    let begins = begins || self.is(tokens.get(at.wrapping_sub(1)), "move");
                    in_closure = begins && !in_closure;
                }
                (Kind::Operator, ",") if depth == 0 && !in_closure => {
                    elements.push(&tokens[from..at]);
                    from = at + 1;
                }
                _ => {}
            }
        }
        if from < tokens.len() {
            elements.push(&tokens[from..]);
        }
        elements
    }

    /// Where an operator stands that is in no list of types.
    fn position(&self, tokens: &[Token], is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
        let mut depth = 0_usize;
        tokens.iter().position(|token| {
            match (token.kind, self.source.text(token)) {
                (Kind::Angle, "<") => depth += 1,
                (Kind::Angle, _) => depth = depth.saturating_sub(1),
                (Kind::Operator, text) => return depth == 0 && is_wanted(text),
                _ => {}
            }
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    /// The layout, which is one, too, when it is laid out again.
    fn laid_out(tokens: TokenStream) -> String {
        let text = super::items(tokens);
        let again: TokenStream = text.parse().unwrap();
        assert_eq!(super::items(again), text);
        text
    }

    #[test]
    fn what_is_short_stays_on_a_line() {
        let text = laid_out(quote! {
            use crate::types::{Pet};
            use crate::types::{self, Owner,};
            mod a;
            mod b;
            #[doc = " A pet\u{a0}of \"mine\"."]
            #[derive(Debug)]
            pub struct Id<'a, const N: usize>(pub &'a [u8; N],);
            impl<T: Into<Vec<u8>> + ?Sized> Name for &'static mut T where T: Fn(u8) -> u8 {
                type A = Option<<T as Into<Vec<u8>>>::Out>;
                const B: i64 = -1;
                fn f(&self) {}
                fn g(&self) -> bool { !self.0 && *self.a[1] < 2 || a::<u8>(|x, y| x..=y, (1,)) >> 3 == b!{} }
            }
        });
        insta::assert_snapshot!(text, @r##"
        use crate::types::Pet;
        use crate::types::{self, Owner};

        mod a;
        mod b;

        /// A pet of "mine".
        #[derive(Debug)]
        pub struct Id<'a, const N: usize>(pub &'a [u8; N]);

        impl<T: Into<Vec<u8>> + ?Sized> Name for &'static mut T where T: Fn(u8) -> u8 {
            type A = Option<<T as Into<Vec<u8>>>::Out>;
            const B: i64 = -1;

            fn f(&self) {}

            fn g(&self) -> bool {
                !self.0 && *self.a[1] < 2 || a::<u8>(|x, y| x..=y, (1,)) >> 3 == b! {}
            }
        }
        "##);
    }

    #[test]
    fn what_is_long_is_broken() {
        let text = laid_out(quote! {
            pub(in super::super) async fn function(first: Vec<FirstArgument>, second: SecondArgument) -> Result<First, Second> {
                let answered = function_of_a_long_name("a text of some length", Form::Text(Style::Simple), name);
                let Some(first) = first else { return Err(1); };
                if first.is_long() { return Ok(first); } else if second { f(); }
                first_receiver.first_method(first_argument).second_method(|value| { f(value); value }).third_method(a).await?;
                match first_receiver.first_method(first_argument).second_method("a text of some length").await? {
                    First::A => { f(first) }
                    _ => (),
                }
                match first.value {
                    #[cfg(test)]
                    First::A { .. } | First::B(..) if a == b => Response::Unauthorized(service.response_error(service, &answered_with(401))),
                    First::C => {}
                    First::D => { f(); }
                    _ => Pet { name: "a text of some length".to_owned(), owner: "another text of some length".to_owned(), ..other },
                }
                Some(match second { Second(a) => a, _ => return None })
            }
            pub static WORDS: &[&str] = &["a text of some length", "another text of some length", "a third text", "a fourth", "a fifth"];
            #[allow(dead_code)]
            pub enum Pet {
                #[doc = " A cat."]
                Cat(Cat),
                Dog { #[doc = ""] name: String },
                Other,
            }
        });
        insta::assert_snapshot!(text, @r##"
        pub(in super::super) async fn function(
            first: Vec<FirstArgument>,
            second: SecondArgument,
        ) -> Result<First, Second> {
            let answered =
                function_of_a_long_name("a text of some length", Form::Text(Style::Simple), name);
            let Some(first) = first else {
                return Err(1);
            };
            if first.is_long() {
                return Ok(first);
            } else if second {
                f();
            }
            first_receiver
                .first_method(first_argument)
                .second_method(|value| {
                    f(value);
                    value
                })
                .third_method(a)
                .await?;
            match first_receiver
                .first_method(first_argument)
                .second_method("a text of some length")
                .await?
            {
                First::A => f(first),
                _ => (),
            }
            match first.value {
                #[cfg(test)]
                First::A { .. } | First::B(..) if a == b => {
                    Response::Unauthorized(service.response_error(service, &answered_with(401)))
                }
                First::C => {}
                First::D => {
                    f();
                }
                _ => Pet {
                    name: "a text of some length".to_owned(),
                    owner: "another text of some length".to_owned(),
                    ..other
                },
            }
            Some(match second {
                Second(a) => a,
                _ => return None,
            })
        }

        pub static WORDS: &[&str] = &[
            "a text of some length", "another text of some length", "a third text", "a fourth", "a fifth",
        ];

        #[allow(dead_code)]
        pub enum Pet {
            /// A cat.
            Cat(Cat),
            Dog {
                ///
                name: String,
            },
            Other,
        }
        "##);
    }

    #[test]
    fn a_visibility_is_not_broken() {
        let name = quote::format_ident!("{}", "Long".repeat(30));
        let text = laid_out(quote! { pub(in super::super) struct #name; });
        assert_eq!(text, format!("pub(in super::super) struct {name};\n"));
    }

    #[test]
    fn odd_tokens_stay_what_they_are() {
        for text in [
            "= , => < > { , } ; |",
            "match { a } => # x",
            "impl impl fn { fn }",
            "# [doc] # ! < { ; => }",
        ] {
            let tokens: TokenStream = text.parse().unwrap();
            let again: TokenStream = super::items(tokens.clone()).parse().unwrap();
            let plain =
                |tokens: TokenStream| tokens.to_string().replace([' ', '\n', ',', '{', '}'], "");
            assert_eq!(plain(again), plain(tokens), "{text}");
        }
    }
}
