//! Objects within a body are read by the names of their fields.
//!
//! A reader that serde derives also takes the list of a struct's values, in the order in which they stand in the
//! code: a form that nobody documents, and that changes its meaning when a field is added. These take none.

use core::fmt;
use core::marker::PhantomData;
use std::collections::BTreeMap;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A value that is read from an object, and from nothing else.
struct Named<T>(T);

struct ByName<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ByName<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Named)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ByName(PhantomData))
    }
}

/// For `#[serde(deserialize_with)]` of a field that is an object.
pub fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Named::deserialize(from).map(|Named(value)| value)
}

/// For a field that is an object or `null`.
pub fn maybe<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Named<T>>::deserialize(from)?.map(|Named(value)| value))
}

/// For a field that is a list of objects.
pub fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Named<T>>::deserialize(from)?.into_iter().map(|Named(value)| value).collect())
}

/// For a field that has objects by name.
pub fn map<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, T>, D::Error> {
    let read = BTreeMap::<String, Named<T>>::deserialize(from)?;
    Ok(read.into_iter().map(|(name, Named(value))| (name, value)).collect())
}

#[cfg(test)]
mod tests {
    use crate::order::Cart;

    #[test]
    fn a_line_has_names() {
        let read =
            |lines: &str| serde_json::from_str::<Cart>(&format!(r#"{{"currency":"RON","lines":{lines}}}"#));
        assert!(read(r#"[{"id":"1","product_id":"p","quantity":1,"unit_price":5}]"#).is_ok());
        assert!(read(r#"[["1","p",[],1,5,0,0,0,0,null]]"#).is_err());
    }
}
