//! The tables that generated types are written in: which member is which field, which value which variant.
//!
//! A table stands below its type and makes the type [`Json`](super::Json), `Serialize` and `Deserialize`. The tables
//! are in scope everywhere in a generated crate (`#[macro_use]`), and so can name each other.

/// Rules, as they stand in square brackets behind a member: `[min_length(1), max_length(60)]`.
#[macro_export]
macro_rules! rules {
    () => {
        $crate::rules::NONE
    };
    ($($rule:ident($($argument:tt)*)),+ $(,)?) => {
        const { &$crate::rules::Rules::NONE$(.$rule($($argument)*))+ }
    };
}

/// A pattern as the contract writes it, and as the `regex` crate does where that differs.
#[macro_export]
macro_rules! pattern {
    ($written:literal) => {
        pattern!($written, $written)
    };
    ($written:literal, $regex:literal) => {{
        static PATTERN: $crate::pattern::Pattern = $crate::pattern::Pattern::new($written, $regex);
        &PATTERN
    }};
}

/// `Json` of a type, and what serde and people see of it. `judged` of a type that has keywords: functions in place of those
/// that `Json` has for all others, as each costs whoever compiles them.
#[macro_export]
macro_rules! surface {
    ($name:ident, $shape:path $(, $judged:ident)?) => {
        impl $crate::Json for $name {
            type Shape = $shape;
            $($judged!();)?
        }

        impl $name {
            /// Every rule of the contract that this value breaks.
            #[must_use]
            pub fn validate(&self) -> Vec<$crate::Violation> {
                $crate::json::validate(self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                $crate::Json::write(self, output)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::json::deserialize(input)
            }
        }
    };
}

/// The members of an object: `"name on the wire" => field: presence [rules]`.
///
/// `const` members have one value and no field; `..` names the field for members of other names, which a `(closed)`
/// object refuses and any other ignores. `with judged` behind its name, a type has a `schema!` below it.
#[macro_export]
macro_rules! object {
    (
        $name:ident $(with $judged:ident)? $(($closed:ident))? $([$($own:tt)*])? {
            $(const $constant_name:literal = $value:expr,)*
            $($member:literal => $field:ident: $presence:ident $([$($rules:tt)*])?,)*
            $(.. $others:ident $([$($others_rules:tt)*])?,)?
        }
    ) => {
        impl $crate::object::Object for $name {
            $(const RULES: &'static $crate::rules::Rules = rules!($($own)*);)?

            const MEMBERS: &'static [$crate::object::Member] = &[
                $($crate::object::Member::Only($constant_name, &$value),)*
                $(object!(@ member $presence $member $([$($rules)*])?),)*
            ];

            fn read_members<'de, A: serde::de::MapAccess<'de>>(
                members: &mut $crate::object::Members<'_, 'de, A>,
            ) -> Option<Self> {
                $(let mut $field = object!(@ slot $presence);)*
                $(let mut $others = std::collections::BTreeMap::new();)?
                let is_whole = object!(
                    @ read members [$(&mut $field),*] $($closed)? $($others ($($($others_rules)*)?))?
                );
                if !is_whole {
                    return None;
                }
                Some(Self { $($field: object!(@ held $presence $field),)* $($others,)? })
            }

            fn visit_members<V: $crate::object::MemberVisitor>(
                &self,
                members: &mut $crate::object::Visit<'_, V>,
            ) {
                $(members.$presence(&self.$field);)*
                $(members.others(&self.$others, rules!($($($others_rules)*)?));)?
                let _ = members;
            }
        }

        surface!($name, $crate::object::ObjectShape $(, $judged)?);
    };
    (@ slot field) => { $crate::Field::Absent };
    (@ slot $presence:ident) => { None };
    (@ member required $name:literal) => { $crate::object::Member::Required($name) };
    (@ member nullable $name:literal) => { $crate::object::Member::Required($name) };
    (@ member $presence:ident $name:literal) => { $crate::object::Member::Optional($name) };
    (@ member required $name:literal [$($rules:tt)*]) => {
        $crate::object::Member::RequiredUnder($name, rules!($($rules)*))
    };
    (@ member nullable $name:literal [$($rules:tt)*]) => {
        $crate::object::Member::RequiredUnder($name, rules!($($rules)*))
    };
    (@ member $presence:ident $name:literal [$($rules:tt)*]) => {
        $crate::object::Member::OptionalUnder($name, rules!($($rules)*))
    };
    (@ held required $field:ident) => { $crate::object::held($field) };
    (@ held nullable $field:ident) => { $crate::object::held($field) };
    (@ held $presence:ident $field:ident) => { $field };
    (@ read $members:ident [$($slots:tt)*]) => { $members.read(&mut [$($slots)*]) };
    (@ read $members:ident [$($slots:tt)*] closed) => { $members.read_closed(&mut [$($slots)*]) };
    (@ read $members:ident [$($slots:tt)*] $others:ident ($($rules:tt)*)) => {
        $members.read_open(&mut [$($slots)*], &mut $others, rules!($($rules)*))
    };
}

/// A type around another: `Name(Inner) [rules]`; `text` for what is a string.
#[macro_export]
macro_rules! newtype {
    (text $name:ident $(with $judged:ident)? $([$($rules:tt)*])?) => {
        newtype!($name $(with $judged)? (String) $([$($rules)*])?);

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
    ($name:ident $(with $judged:ident)? ($inner:ty) $([$($rules:tt)*])?) => {
        impl std::ops::Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl $crate::newtype::Newtype for $name {
            type Inner = $inner;
            const RULES: &'static $crate::rules::Rules = rules!($($($rules)*)?);
        }

        surface!($name, $crate::newtype::NewtypeShape $(, $judged)?);
    };
}

/// The values of an enum of strings: `Variant = "value"`, and behind `else` the variant for a value that isn't listed.
#[macro_export]
macro_rules! string_enum {
    (
        $name:ident $(with $judged:ident)? { $($variant:ident = $value:literal,)+ }
        $(else $unknown:ident)?
    ) => {
        impl $name {
            /// The listed values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    $(Self::$unknown(text) => text,)?
                }
            }

            /// The variant of a listed value.
            #[must_use]
            pub fn listed(text: &str) -> Option<Self> {
                $crate::enums::listed($crate::enums::EnumValue::Text(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::enums::Enum for $name {
            const IS_INTEGER: bool = false;
            const LISTED: &'static [Self] = Self::ALL;

            fn value(&self) -> $crate::enums::EnumValue<'_> {
                $crate::enums::EnumValue::Text(self.as_str())
            }

            $(
                fn unlisted(value: $crate::enums::EnumValue<'_>) -> Option<Self> {
                    Some(Self::$unknown(value.to_string()))
                }
            )?
        }

        surface!($name, $crate::enums::EnumShape $(, $judged)?);
    };
}

/// The values of an enum of integers, as [`string_enum!`] has those of strings.
#[macro_export]
macro_rules! integer_enum {
    (
        $name:ident $(with $judged:ident)? { $($variant:ident = $value:literal,)+ }
        $(else $unknown:ident)?
    ) => {
        impl $name {
            /// The listed values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value.
            #[must_use]
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $value,)+
                    $(Self::$unknown(value) => *value,)?
                }
            }

            /// The variant of a listed value.
            #[must_use]
            pub fn listed(value: i64) -> Option<Self> {
                $crate::enums::listed($crate::enums::EnumValue::Integer(value))
            }
        }

        impl $crate::enums::Enum for $name {
            const IS_INTEGER: bool = true;
            const LISTED: &'static [Self] = Self::ALL;

            fn value(&self) -> $crate::enums::EnumValue<'_> {
                $crate::enums::EnumValue::Integer(self.as_i64())
            }

            $(
                fn unlisted(value: $crate::enums::EnumValue<'_>) -> Option<Self> {
                    match value {
                        $crate::enums::EnumValue::Integer(value) => Some(Self::$unknown(value)),
                        $crate::enums::EnumValue::Text(_) => None,
                    }
                }
            )?
        }

        surface!($name, $crate::enums::EnumShape $(, $judged)?);
    };
}

/// The alternatives of a union, and what tells them apart, by their indices: first those that hold a value, then
/// `constants`, objects that have but one. With `from` behind, each that holds a value becomes the union by `into()`.
#[macro_export]
macro_rules! union {
    ($name:ident $(with $judged:ident)? by $tag:ident $(($($told:tt)*))? {
        $($variant:ident($ty:ty) $([$($rules:tt)*])?,)*
    } $(constants { $($constants:tt)+ })? from) => {
        $(
            impl From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )*

        union!(
            $name $(with $judged)? by $tag $(($($told)*))? { $($variant($ty) $([$($rules)*])?,)* }
            $(constants { $($constants)+ })?
        );
    };
    ($name:ident $(with $judged:ident)? by $tag:ident $(($($told:tt)*))? {
        $($variant:ident($ty:ty) $([$($rules:tt)*])?,)*
    } $(constants {
        $($constant:ident $(($closed:ident))? { $($member:literal = $value:expr),+ },)+
    })?) => {
        impl $crate::union::Union for $name {
            const ALTERNATIVES: usize =
                <[&str]>::len(&[$(stringify!($variant),)* $($(stringify!($constant),)+)?]);
            const TAG: $crate::union::Tag = {
                #[allow(unused_imports)]
                use $crate::union::{Kind, Scalar, Tag};
                Tag::$tag $(($($told)*))?
            };

            fn read_alternative(
                index: usize,
                value: &serde_json::Value,
                report: &mut $crate::validation::Report,
            ) -> Option<Self> {
                let mut this = 0;
                $(
                    if index == this {
                        let rules = rules!($($($rules)*)?);
                        let read = <$ty as $crate::Json>::read(value, rules, report);
                        return read.ok().flatten().map(Self::$variant);
                    }
                    this += 1;
                )*
                $($(
                    if index == this {
                        let constants = union!(@ constants $($closed)? $($member = $value),+);
                        return constants.read(value, report).map(|()| Self::$constant);
                    }
                    this += 1;
                )+)?
                let _ = this;
                None
            }

            fn visit_alternative<V: $crate::union::AlternativeVisitor>(
                &self,
                visitor: V,
            ) -> V::Output {
                match self {
                    $(Self::$variant(value) => visitor.visit(value, rules!($($($rules)*)?)),)*
                    $($(
                        Self::$constant => visitor.constants(
                            union!(@ constants $($closed)? $($member = $value),+)
                        ),
                    )+)?
                }
            }
        }

        surface!($name, $crate::union::UnionShape $(, $judged)?);
    };
    (@ constants closed $($members:tt)+) => { union!(@ constants_of true, $($members)+) };
    (@ constants $($members:tt)+) => { union!(@ constants_of false, $($members)+) };
    (@ constants_of $is_closed:literal, $($member:literal = $value:expr),+) => {
        $crate::constants::Constants {
            members: const { &[$($crate::object::Member::Only($member, &$value)),+] },
            is_closed: $is_closed,
        }
    };
}

/// A payload that only one variant of a response carries becomes the response by `into()`: `Response::Ok(Pet)`.
#[macro_export]
macro_rules! answers {
    ($answers:ident::$variant:ident($payload:ty)) => {
        impl From<$payload> for $answers {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload)
            }
        }
    };
}
