//! A short map with names as keys, sorted by them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// What a `BTreeMap<String, T>` is, as one list: a handful of entries needs no tree, and a page loads no code for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted<T>(Vec<(String, T)>);

/// Names and values of a [`Sorted`], in their order.
pub type Entries<'a, T> =
    std::iter::Map<std::slice::Iter<'a, (String, T)>, fn(&(String, T)) -> (&String, &T)>;

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Sorted<T> {
    /// Puts a value in; one of the same name goes.
    pub fn insert(&mut self, name: String, value: T) {
        match self.find(&name) {
            Ok(at) => {
                if let Some(entry) = self.0.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Names and values, by name.
    pub fn iter(&self) -> Entries<'_, T> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Where a name is, or would be.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.get(self.find(name).ok()?).map(|(_, value)| value)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Sorted<T> {
    type Item = (&'a String, &'a T);
    type IntoIter = Entries<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> Serialize for Sorted<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sorted<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(from).map(Self::from)
    }
}

impl<T> From<BTreeMap<String, T>> for Sorted<T> {
    fn from(map: BTreeMap<String, T>) -> Self {
        Self(map.into_iter().collect())
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Sorted<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        BTreeMap::<String, T>::schema_name()
    }
    fn inline_schema() -> bool {
        BTreeMap::<String, T>::inline_schema()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_a_map_is() {
        let mut sorted = Sorted::default();
        let mut map = BTreeMap::new();
        for (name, value) in [("ro", 1), ("en", 2), ("pt-BR", 3), ("en", 4)] {
            sorted.insert(name.to_owned(), value);
            map.insert(name.to_owned(), value);
        }
        assert!(sorted.into_iter().eq(&map));
        assert_eq!((sorted.get("en"), sorted.get("fr")), (Some(&4), None));
        let text = serde_json::to_string(&sorted).unwrap();
        assert_eq!(text, serde_json::to_string(&map).unwrap());
        assert_eq!(serde_json::from_str::<Sorted<i32>>(&text).unwrap(), sorted);
    }
}
