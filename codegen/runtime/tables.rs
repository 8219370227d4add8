//! The tables that generated types are written in: which member is which field, which value which variant.
//!
//! A table stands below its type and makes the type [`Json`](super::Json), `Serialize` and `Deserialize`.

/// Rules, as they stand in square brackets behind a member: `[min_length(1), max_length(60)]`.
macro_rules! rules {
    () => {
        &$crate::runtime::rules::Rules::NONE
    };
    ($($rule:ident($($argument:tt)*)),+ $(,)?) => {
        const {
            #[allow(unused_imports)]
            use $crate::runtime::rules::{Number::*, Rules};
            #[allow(unused_imports)]
            use $crate::runtime::text_format::Format::*;
            &Rules::NONE$(.$rule($($argument)*))+
        }
    };
}

/// A pattern as the contract writes it, and as the `regex` crate does where that differs.
macro_rules! pattern {
    ($written:literal) => {
        pattern!($written, $written)
    };
    ($written:literal, $regex:literal) => {{
        static PATTERN: $crate::runtime::pattern::Pattern =
            $crate::runtime::pattern::Pattern::new($written, $regex);
        &PATTERN
    }};
}

/// What serde, and people, see of a type that is `Json`.
macro_rules! surface {
    ($name:ident) => {
        impl $name {
            /// Every rule of the contract that this value breaks.
            #[must_use]
            pub fn validate(&self) -> Vec<$crate::runtime::Violation> {
                $crate::runtime::json::validate(self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                $crate::runtime::Json::write(self, output)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::runtime::json::deserialize(input)
            }
        }
    };
}

/// `Json` of a type: how it is read, written and checked.
macro_rules! json_type {
    (
        $name:ident,
        read |$input:ident, $rules:ident, $report:ident| $read:expr,
        write |$this:ident, $output:ident| $write:expr,
        check |$that:ident, $bounds:ident, $notes:ident| $check:expr $(,)?
    ) => {
        impl $crate::runtime::Json for $name {
            fn read<'de, D: serde::Deserializer<'de>>(
                $input: D,
                $rules: &$crate::runtime::rules::Rules,
                $report: &mut $crate::runtime::validation::Report,
            ) -> Result<Option<Self>, D::Error> {
                $read
            }

            fn write<S: serde::Serializer>(&self, $output: S) -> Result<S::Ok, S::Error> {
                let $this = self;
                $write
            }

            fn check(
                &self,
                $bounds: &$crate::runtime::rules::Rules,
                $notes: &mut $crate::runtime::validation::Report,
            ) {
                let $that = self;
                $check
            }
        }

        surface!($name);
    };
}

/// The members of an object: `"name on the wire" => field: presence [rules]`.
///
/// `const` members have one value and no field; `..` names the field for members of other names, which a `(closed)`
/// object refuses and any other ignores.
macro_rules! object {
    (
        $name:ident $(($closed:ident))? $([$($own:tt)*])? {
            $(const $constant_name:literal => $constant:ident = $value:expr,)*
            $($member:literal => $field:ident: $presence:ident $([$($rules:tt)*])?,)*
            $(.. $others:ident $([$($others_rules:tt)*])?,)?
        }
    ) => {
        impl $crate::runtime::object::Object for $name {
            const RULES: &'static $crate::runtime::rules::Rules = rules!($($($own)*)?);

            fn read_members<'de, A: serde::de::MapAccess<'de>>(
                members: &mut $crate::runtime::object::Members<'_, A>,
            ) -> Result<Option<Self>, A::Error> {
                $(let mut $constant = $crate::runtime::object::Slot::Absent;)*
                $(let mut $field = $crate::runtime::object::Slot::Absent;)*
                $(let mut $others = std::collections::BTreeMap::new();)?
                while members.advance()? {
                    match members.name() {
                        $($constant_name => {
                            members.constant(&mut $constant, $constant_name, $value)?;
                        })*
                        $($member => {
                            members.read(&mut $field, $member, rules!($($($rules)*)?))?;
                        })*
                        _ => object!(@ members $($closed)? $($others ($($($others_rules)*)?))?),
                    }
                }
                $(members.required($constant_name, $constant);)*
                $(let $field = members.$presence($member, $field);)*
                Ok($crate::runtime::object::build(|| {
                    Some(Self { $($field: $field?,)* $($others,)? })
                }))
            }

            fn write_members<M: serde::ser::SerializeMap>(
                &self,
                output: &mut $crate::runtime::object::Output<M>,
            ) -> Result<(), M::Error> {
                $(output.constant($constant_name, $value)?;)*
                $(output.$presence($member, &self.$field)?;)*
                $(output.others(&self.$others)?;)?
                let _ = output;
                Ok(())
            }

            fn check_members(&self, checks: &mut $crate::runtime::object::Checks<'_>) {
                $(object!(@ $constant_name checks.constant());)*
                $(checks.$presence($member, &self.$field, rules!($($($rules)*)?));)*
                $(checks.others(&self.$others, rules!($($($others_rules)*)?));)?
                let _ = checks;
            }
        }

        json_type!(
            $name,
            read |input, _rules, report| $crate::runtime::object::read(input, report),
            write |object, output| $crate::runtime::object::write(object, output),
            check |object, _rules, report| $crate::runtime::object::check(object, report),
        );
    };
    (@ $members:ident) => { $members.skip()? };
    (@ $members:ident closed) => { $members.refuse()? };
    (@ $members:ident $others:ident ($($rules:tt)*)) => {
        $members.keep(&mut $others, rules!($($rules)*))?
    };
    (@ $constant:literal $count:expr) => { $count };
}

/// A type around another: `Name(Inner) [rules]`; `text` for what is a string.
macro_rules! newtype {
    (text $name:ident $([$($rules:tt)*])?) => {
        newtype!($name(String) $([$($rules)*])?);

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
    ($name:ident($inner:ty) $([$($rules:tt)*])?) => {
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

        json_type!(
            $name,
            read |input, _rules, report| {
                let inner = <$inner as $crate::runtime::Json>::read(
                    input,
                    rules!($($($rules)*)?),
                    report,
                )?;
                Ok(inner.map(Self))
            },
            write |value, output| $crate::runtime::Json::write(&value.0, output),
            check |value, _rules, report| {
                $crate::runtime::Json::check(&value.0, rules!($($($rules)*)?), report)
            },
        );
    };
}

/// The values of an enum of strings: `Variant = "value"`, and behind `else` the variant for a value that isn't listed.
macro_rules! string_enum {
    ($name:ident { $($variant:ident = $value:literal,)+ } $(else $unknown:ident)?) => {
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
                match text {
                    $($value => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::runtime::json::Scalar for $name {
            const EXPECTED: &'static str = "a string";

            fn from_text(
                text: &str,
                _rules: &$crate::runtime::rules::Rules,
                report: &mut $crate::runtime::validation::Report,
            ) -> Option<Self> {
                if let Some(listed) = Self::listed(text) {
                    return Some(listed);
                }
                $(if !report.is_strict() {
                    return Some(Self::$unknown(text.to_owned()));
                })?
                $crate::runtime::json::not_listed(&[$($value),+], report)
            }
        }

        json_type!(
            $name,
            read |input, rules, report| $crate::runtime::json::read_scalar(input, rules, report),
            write |value, output| output.serialize_str(value.as_str()),
            check |value, _rules, report| {
                if Self::listed(value.as_str()).is_none() {
                    $crate::runtime::json::not_listed::<()>(&[$($value),+], report);
                }
            },
        );
    };
}

/// The values of an enum of integers, as [`string_enum!`] has those of strings.
macro_rules! integer_enum {
    ($name:ident { $($variant:ident = $value:literal,)+ } $(else $unknown:ident)?) => {
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
                match value {
                    $($value => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::runtime::json::Scalar for $name {
            const EXPECTED: &'static str = "an integer";

            fn from_text(
                text: &str,
                rules: &$crate::runtime::rules::Rules,
                report: &mut $crate::runtime::validation::Report,
            ) -> Option<Self> {
                let value = <i64 as $crate::runtime::json::Scalar>::from_text(text, rules, report)?;
                let value = $crate::runtime::rules::Number::Integer(value.into());
                Self::from_number(value, rules, report)
            }

            fn from_number(
                number: $crate::runtime::rules::Number,
                rules: &$crate::runtime::rules::Rules,
                report: &mut $crate::runtime::validation::Report,
            ) -> Option<Self> {
                let value =
                    <i64 as $crate::runtime::json::Scalar>::from_number(number, rules, report)?;
                if let Some(listed) = Self::listed(value) {
                    return Some(listed);
                }
                $(if !report.is_strict() {
                    return Some(Self::$unknown(value));
                })?
                $crate::runtime::json::not_listed(&[$(stringify!($value)),+], report)
            }
        }

        json_type!(
            $name,
            read |input, rules, report| $crate::runtime::json::read_scalar(input, rules, report),
            write |value, output| output.serialize_i64(value.as_i64()),
            check |value, _rules, report| {
                if Self::listed(value.as_i64()).is_none() {
                    $crate::runtime::json::not_listed::<()>(&[$(stringify!($value)),+], report);
                }
            },
        );
    };
}

/// The alternatives of a union, and what tells them apart; with `from` behind, each becomes the union by `into()`.
macro_rules! union {
    ($name:ident by $tag:ident $(($($told:tt)*))? {
        $($variant:ident($ty:ty) $([$($rules:tt)*])?,)+
    } from) => {
        $(
            impl From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )+

        union!($name by $tag $(($($told)*))? { $($variant($ty) $([$($rules)*])?,)+ });
    };
    ($name:ident by $tag:ident $(($($told:tt)*))? {
        $($variant:ident($ty:ty) $([$($rules:tt)*])?,)+
    }) => {
        impl $crate::runtime::union::Union for $name {
            const ALTERNATIVES: usize = [$(stringify!($variant)),+].len();
            const TAG: $crate::runtime::union::Tag = {
                #[allow(unused_imports)]
                use $crate::runtime::union::{Kind, Tag};
                Tag::$tag $(($($told)*))?
            };

            fn read_alternative(
                index: usize,
                value: &serde_json::Value,
                report: &mut $crate::runtime::validation::Report,
            ) -> Option<Self> {
                let mut this = 0;
                $(
                    if index == this {
                        let rules = rules!($($($rules)*)?);
                        let read = <$ty as $crate::runtime::Json>::read(value, rules, report);
                        return read.ok().flatten().map(Self::$variant);
                    }
                    this += 1;
                )+
                let _ = this;
                None
            }
        }

        json_type!(
            $name,
            read |input, _rules, report| $crate::runtime::union::read(input, report),
            write |value, output| match value {
                $(Self::$variant(value) => $crate::runtime::Json::write(value, output),)+
            },
            check |value, _rules, report| match value {
                $(Self::$variant(value) => {
                    $crate::runtime::Json::check(value, rules!($($($rules)*)?), report)
                })+
            },
        );
    };
}

/// A payload that only one variant of a response carries becomes the response by `into()`: `Response::Ok(Pet)`.
macro_rules! answers {
    ($answers:ident::$variant:ident($payload:ty)) => {
        impl From<$payload> for $answers {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload)
            }
        }
    };
}
