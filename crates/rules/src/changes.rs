//! What is different between two programs, place by place: what a history of versions shows.
//!
//! The two are compared as documents. Things with an `id` (programs, cards, missions) are matched by it, so that one
//! which only moved is no other one; what stands in a list without ids is matched by its place.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProgramChange {
    /// Where: `redemption.max_bps`, `earning.programs[base].rate.every` (the thing with this id), `…levels[0].bps`.
    /// A list whose things only changed places is told as a whole, by their ids.
    pub path: String,
    /// What happened there.
    pub kind: ChangeKind,
    /// What was there, unless it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What is there, unless it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What happened at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Something is there that was not.
    Added,
    /// Something is not there any more.
    Removed,
    /// Something else is there.
    Changed,
}

/// Bytes of JSON of what is told of one side: a whole mission with its texts in five languages has some 1,500.
const TOLD_BYTES: usize = 2_000;

/// How deep it is looked: a program is six deep. What differs below is told as a whole.
const DEPTH: usize = 12;

/// What is different, in the order of the documents' fields.
pub fn changes(before: &Value, after: &Value) -> Vec<ProgramChange> {
    let mut found = Vec::new();
    compare(&mut found, String::new(), before, after, DEPTH);
    found
}

fn compare(found: &mut Vec<ProgramChange>, path: String, before: &Value, after: &Value, depth: usize) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) if depth > 0 && same_form(old, new) => {
            objects(found, &path, old, new, depth.saturating_sub(1));
        }
        (Value::Array(old), Value::Array(new)) if depth > 0 => {
            lists(found, path, old, new, depth.saturating_sub(1));
        }
        // A field that says nothing is one that is not there.
        (Value::Null, _) => tell(found, path, ChangeKind::Added, None, Some(after)),
        (_, Value::Null) => tell(found, path, ChangeKind::Removed, Some(before), None),
        _ => tell(found, path, ChangeKind::Changed, Some(before), Some(after)),
    }
}

/// Of two forms of the same thing (a rate by amount, cashback), no field can be compared.
fn same_form(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    old.get("type") == new.get("type")
}

fn tell(
    found: &mut Vec<ProgramChange>,
    path: String,
    kind: ChangeKind,
    before: Option<&Value>,
    after: Option<&Value>,
) {
    let short = |value: &&Value| value.to_string().len() <= TOLD_BYTES;
    let told = |value: Option<&Value>| value.filter(short).cloned();
    found.push(ProgramChange { path, kind, before: told(before), after: told(after) });
}

fn objects(
    found: &mut Vec<ProgramChange>,
    path: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    depth: usize,
) {
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    for name in names {
        let at = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let side = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or(Value::Null);
        compare(found, at, &side(old), &side(new), depth);
    }
}

/// The ids of a list whose things all have one, and each another.
fn ids(list: &[Value]) -> Option<Vec<&str>> {
    let ids: Vec<&str> =
        list.iter().map(|one| one.get("id").and_then(Value::as_str)).collect::<Option<_>>()?;
    let each_once =
        ids.iter().enumerate().all(|(i, id)| !ids.iter().skip(i.saturating_add(1)).any(|other| other == id));
    each_once.then_some(ids)
}

fn lists(found: &mut Vec<ProgramChange>, path: String, old: &[Value], new: &[Value], depth: usize) {
    if let (Some(old_ids), Some(new_ids)) = (ids(old), ids(new)) {
        for (id, before) in old_ids.iter().zip(old) {
            let at = format!("{path}[{id}]");
            match new_ids.iter().zip(new).find(|(other, _)| *other == id) {
                Some((_, after)) => compare(found, at, before, after, depth),
                None => tell(found, at, ChangeKind::Removed, Some(before), None),
            }
        }
        for (id, after) in new_ids.iter().zip(new).filter(|(id, _)| !old_ids.contains(id)) {
            tell(found, format!("{path}[{id}]"), ChangeKind::Added, None, Some(after));
        }
        let stayed: Vec<_> = old_ids.iter().filter(|id| new_ids.contains(id)).collect();
        if stayed != new_ids.iter().filter(|id| old_ids.contains(id)).collect::<Vec<_>>() {
            let order = |ids: Vec<&str>| Value::from(ids);
            tell(found, path, ChangeKind::Changed, Some(&order(old_ids)), Some(&order(new_ids)));
        }
        return;
    }
    // A list of words is one thing: which of them went where does not matter to anybody.
    if !old.iter().chain(new).all(Value::is_object) {
        tell(found, path, ChangeKind::Changed, Some(&old.into()), Some(&new.into()));
        return;
    }
    for (i, after) in new.iter().enumerate() {
        let at = format!("{path}[{i}]");
        match old.get(i) {
            Some(before) => compare(found, at, before, after, depth),
            None => tell(found, at, ChangeKind::Added, None, Some(after)),
        }
    }
    for (i, before) in old.iter().enumerate().skip(new.len()) {
        tell(found, format!("{path}[{i}]"), ChangeKind::Removed, Some(before), None);
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeKind, changes};
    use serde_json::{Value, json};

    fn told(before: Value, after: Value) -> Vec<(String, ChangeKind, Value, Value)> {
        let side = |side: Option<Value>| side.unwrap_or(Value::Null);
        changes(&before, &after)
            .into_iter()
            .map(|one| (one.path, one.kind, side(one.before), side(one.after)))
            .collect()
    }

    fn at(path: &str, kind: ChangeKind, before: Value, after: Value) -> (String, ChangeKind, Value, Value) {
        (path.to_owned(), kind, before, after)
    }

    #[test]
    fn the_same_is_no_change() {
        let program = json!({ "a": [1, { "id": "x" }], "b": null });
        assert_eq!(told(program.clone(), program), []);
        assert_eq!(told(json!({ "a": null }), json!({})), [], "a field that says nothing is not there");
    }

    #[test]
    fn things_are_found_by_their_id_wherever_they_stand() {
        let card = |id: &str, orders: i64| json!({ "id": id, "orders_required": orders });
        let before = json!({ "cards": [card("a", 1), card("b", 2), card("c", 3)] });
        let after = json!({ "cards": [card("c", 3), card("a", 9), card("d", 4)] });
        assert_eq!(
            told(before, after),
            [
                at("cards[a].orders_required", ChangeKind::Changed, json!(1), json!(9)),
                at("cards[b]", ChangeKind::Removed, card("b", 2), Value::Null),
                at("cards[d]", ChangeKind::Added, Value::Null, card("d", 4)),
                at("cards", ChangeKind::Changed, json!(["a", "b", "c"]), json!(["c", "a", "d"])),
            ]
        );
    }

    #[test]
    fn what_has_no_id_is_found_by_its_place() {
        let before = json!({ "levels": [{ "bps": 1 }, { "bps": 2 }], "words": ["x", "y"] });
        let after = json!({ "levels": [{ "bps": 1 }, { "bps": 3 }, { "bps": 4 }], "words": ["y"] });
        assert_eq!(
            told(before.clone(), after.clone()),
            [
                at("levels[1].bps", ChangeKind::Changed, json!(2), json!(3)),
                at("levels[2]", ChangeKind::Added, Value::Null, json!({ "bps": 4 })),
                at("words", ChangeKind::Changed, json!(["x", "y"]), json!(["y"])),
            ]
        );
        let back = told(after, before);
        assert_eq!(
            back.get(1),
            Some(&at("levels[2]", ChangeKind::Removed, json!({ "bps": 4 }), Value::Null))
        );
    }

    #[test]
    fn another_form_of_a_thing_is_told_as_a_whole() {
        let rate = |rate: Value| json!({ "programs": [{ "id": "base", "rate": rate }] });
        let (per_amount, per_order) = (
            json!({ "type": "per_amount", "every": 100, "points": 1 }),
            json!({ "type": "per_order", "points": 1 }),
        );
        assert_eq!(
            told(rate(per_amount.clone()), rate(per_order.clone())),
            [at("programs[base].rate", ChangeKind::Changed, per_amount, per_order)]
        );
        assert_eq!(
            told(json!({ "max_bps": null }), json!({ "max_bps": 10 })),
            [at("max_bps", ChangeKind::Added, Value::Null, json!(10))]
        );
    }

    #[test]
    fn what_is_long_is_told_without_its_words_and_what_is_deep_without_an_end() {
        let long = "x".repeat(3_000);
        assert_eq!(
            told(json!({ "a": 1 }), json!({ "a": long })),
            [at("a", ChangeKind::Changed, json!(1), Value::Null)]
        );
        let deep = |n: i64| (0..100).fold(json!(n), |inner, _| json!({ "a": inner }));
        let found = changes(&deep(1), &deep(2));
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(|one| one.path.len() < 40), "{found:?}");
        // Ids that stand twice match nothing: by their place, then.
        let twice = |n: i64| json!([{ "id": "a", "n": 1 }, { "id": "a", "n": n }]);
        assert_eq!(told(twice(1), twice(2)), [at("[1].n", ChangeKind::Changed, json!(1), json!(2))]);
    }
}
