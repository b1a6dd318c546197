//! One language's sentences, as `widget/locales/*.json` keeps them: a flat object from key to text, with places in
//! braces to fill in (`{money} more to {level}`).

use fidela_rules::json::Json;
use fidela_rules::sorted::Sorted;

/// One language's sentences.
#[derive(Debug, Clone, Default)]
pub struct Texts(Sorted<String>);

impl Texts {
    /// Of a catalogue; without one, nothing.
    pub fn of(catalogue: Option<Sorted<String>>) -> Self {
        Self(catalogue.unwrap_or_default())
    }

    /// From the catalogue's JSON; anything but an object is an empty one.
    pub fn read(catalogue: &Json) -> Self {
        let mut texts = Sorted::default();
        for (key, text) in catalogue.as_object().unwrap_or_default() {
            texts.insert(key.clone(), text.as_str().unwrap_or_default().to_owned());
        }
        Self(texts)
    }

    /// A sentence as it stands. A key without a text answers itself: seen at once in a test, harmless in a shop.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    /// A sentence, if there is one.
    pub fn find(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The word for counted points in this language, where the merchant has none of their own.
    pub fn unit(&self, category: &str) -> &str {
        let key = ["unit.", category].concat();
        self.find(&key).or_else(|| self.find("unit.other")).unwrap_or_default()
    }
}

/// Puts values in their places. A place without a value stays visible.
pub fn fill<'v>(template: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        match value(name) {
            Some(value) => text.push_str(value),
            None => text.extend(["{", name, "}"]),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled() {
        let value = |name: &str| match name {
            "money" => Some("140.00 lei"),
            "level" => Some("Gold"),
            _ => None,
        };
        assert_eq!(fill("{money} more to {level}", value), "140.00 lei more to Gold");
        assert_eq!(fill("{who} and {", value), "{who} and {");
    }

    #[test]
    fn a_missing_plural_takes_the_general_one() {
        let catalogue = serde_json::json!({ "unit.one": "point", "unit.other": "points" });
        let texts = Texts::read(&Json::from(&catalogue));
        assert_eq!((texts.unit("one"), texts.unit("many")), ("point", "points"));
        assert_eq!(texts.get("no.such"), "no.such");
    }
}
