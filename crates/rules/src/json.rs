//! JSON as a program is read from it: at the edge from `serde_json`, in a page from what the browser has read.
//!
//! An object here is a list. `serde_json` keeps a tree for each, and the code of such trees, beside those of strings, of
//! texts and of plurals, was 5 kB of what a page loads (brotli).

use crate::num::Given;
use serde_json::Value;

/// A value of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number; nothing where it has a fraction, which none of ours has.
    Number(Option<Given>),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object, each name once.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// The fields of an object; none of anything else.
    pub fn as_object(&self) -> Option<&[(String, Self)]> {
        if let Self::Object(fields) = self { Some(fields) } else { None }
    }

    /// The items of a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// A string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A flag.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// A whole number, as it was given.
    pub fn as_given(&self) -> Option<Given> {
        if let Self::Number(number) = self { *number } else { None }
    }

    /// A field of an object; `null` is the same as absent.
    pub fn get(&self, name: &str) -> Option<&Self> {
        field(self.as_object()?, name)
    }
}

/// A field of an object; `null` is the same as absent.
pub fn field<'a>(fields: &'a [(String, Json)], name: &str) -> Option<&'a Json> {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
        .filter(|value| **value != Json::Null)
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(_) => Self::Number(Given::of(value)),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Self::Object(fields.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}
