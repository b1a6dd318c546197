//! Places within a document of JSON, by the paths that faults have (`earning.programs[1].rate.every`), and what two people
//! have made of one document.
//!
//! Nothing here is of a program in particular, and nothing needs a browser. What is `null` is the same as what is not
//! there, as where programs are read.

use serde_json::{Map, Value};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step<'p> {
    Name(&'p str),
    At(usize),
}

/// What a path goes through. Of a fault's path, what stands in braces is a part of the text and no step.
fn steps(path: &str) -> Vec<Step<'_>> {
    let path = path.split('{').next().unwrap_or_default();
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (name, rest) = part.split_once('[').unwrap_or((part, ""));
        if !name.is_empty() {
            steps.push(Step::Name(name));
        }
        let places = rest.split('[').filter_map(|place| place.trim_end_matches(']').parse().ok());
        steps.extend(places.map(Step::At));
    }
    steps
}

/// What is at a path; `null` counts as nothing.
pub fn get<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let found = steps(path).into_iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::At(at) => value.get(at),
    });
    found.filter(|found| !found.is_null())
}

/// Puts a value at a path; objects on the way are made. A place of a list has to be there, or to be the next one.
pub fn set(value: &mut Value, path: &str, new: Value) {
    let mut here = value;
    for step in steps(path) {
        here = match step {
            Step::Name(name) => {
                if !here.is_object() {
                    *here = Value::Object(Map::new());
                }
                match here {
                    Value::Object(fields) => fields.entry(name).or_insert(Value::Null),
                    _ => return,
                }
            }
            Step::At(at) => {
                let Value::Array(items) = here else { return };
                if items.len() == at {
                    items.push(Value::Null);
                }
                match items.get_mut(at) {
                    Some(item) => item,
                    None => return,
                }
            }
        };
    }
    *here = new;
}

/// The list at a path; none where there is anything else.
pub fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    get(value, path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The path without its places: what a field of that kind is called in the texts.
pub fn kind(path: &str) -> String {
    let names = steps(path).into_iter().filter_map(|step| match step {
        Step::Name(name) => Some(name),
        Step::At(_) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// Whether a path is another one, or leads through it.
pub fn is_within(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{']))
}

/// Without what is `null` in objects: two documents that say the same are the same then.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        other => other.clone(),
    }
}

/// Where two documents differ: one path for each field, and one for each item that came, went or moved.
pub fn changes(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ(&plain(before), &plain(after), "", &mut found);
    found
}

fn differ(before: &Value, after: &Value, path: &str, found: &mut Vec<String>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
            let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            found.extend(gone.map(|(name, _)| at(name)));
            for (name, value) in new {
                match old.get(name) {
                    Some(was) => differ(was, value, &at(name), found),
                    None => found.push(at(name)),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if named(old) && named(new) => {
            let gone = old.iter().filter(|item| find(new, id(item)).is_none());
            found.extend(gone.map(|item| format!("{path}[{}]", id(item).unwrap_or_default())));
            for (i, item) in new.iter().enumerate() {
                match find(old, id(item)) {
                    Some(was) => differ(was, item, &format!("{path}[{i}]"), found),
                    None => found.push(format!("{path}[{i}]")),
                }
            }
            let order = |items: &[Value], of: &[Value]| -> Vec<String> {
                let both = items.iter().filter(|item| find(of, id(item)).is_some());
                both.filter_map(|item| id(item).map(str::to_owned)).collect()
            };
            if order(old, new) != order(new, old) {
                found.push(path.to_owned());
            }
        }
        (Value::Array(old), Value::Array(new))
            if old.len() == new.len() && new.iter().any(Value::is_object) =>
        {
            for (i, (was, item)) in old.iter().zip(new).enumerate() {
                differ(was, item, &format!("{path}[{i}]"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn id(item: &Value) -> Option<&str> {
    item.get("id").and_then(Value::as_str)
}

fn find<'v>(items: &'v [Value], wanted: Option<&str>) -> Option<&'v Value> {
    items.iter().find(|item| wanted.is_some() && id(item) == wanted)
}

/// Whether each item has an id of its own.
fn named(items: &[Value]) -> bool {
    items.iter().enumerate().all(|(i, item)| {
        id(item).is_some_and(|own| items.iter().take(i).all(|before| id(before) != Some(own)))
    })
}

/// A place that two people changed differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// Where, in what was merged.
    pub path: String,
    /// As it was.
    pub base: Value,
    /// As whoever sits here has it.
    pub mine: Value,
    /// As the other has it.
    pub theirs: Value,
}

/// What two people have made of one document, put together. Where both changed the same place, it is as `mine` has it,
/// and the clash is told.
pub fn merge(base: &Value, mine: &Value, theirs: &Value) -> (Value, Vec<Clash>) {
    let mut clashes = Vec::new();
    let merged = join(&plain(base), &plain(mine), &plain(theirs), "", &mut clashes);
    (merged, clashes)
}

fn join(base: &Value, mine: &Value, theirs: &Value, path: &str, clashes: &mut Vec<Clash>) -> Value {
    if mine == base {
        return theirs.clone();
    }
    if theirs == base || theirs == mine {
        return mine.clone();
    }
    match (base, mine, theirs) {
        (Value::Object(base), Value::Object(mine), Value::Object(theirs)) => {
            let mut names: Vec<&String> = mine.keys().collect();
            names.extend(theirs.keys().filter(|name| !mine.contains_key(*name)));
            let of = |fields: &Map<String, Value>, name: &str| fields.get(name).cloned().unwrap_or_default();
            let mut joined = Map::new();
            for name in names {
                let at = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let value = join(&of(base, name), &of(mine, name), &of(theirs, name), &at, clashes);
                if !value.is_null() {
                    joined.insert(name.clone(), value);
                }
            }
            Value::Object(joined)
        }
        (Value::Array(base), Value::Array(mine), Value::Array(theirs))
            if named(base) && named(mine) && named(theirs) =>
        {
            let ids = |items: &[Value]| -> Vec<String> {
                items.iter().filter_map(|item| id(item).map(str::to_owned)).collect()
            };
            // Whoever moved something decides the order; what only the other has follows.
            let (first, second) =
                if ids(mine) == ids(base) { (ids(theirs), ids(mine)) } else { (ids(mine), ids(theirs)) };
            let mut order = first;
            for id in second {
                if !order.contains(&id) {
                    order.push(id);
                }
            }
            let of = |items: &[Value], id: &str| find(items, Some(id)).cloned().unwrap_or_default();
            let mut joined = Vec::new();
            for id in order {
                let at = format!("{path}[{}]", joined.len());
                let item = join(&of(base, &id), &of(mine, &id), &of(theirs, &id), &at, clashes);
                if !item.is_null() {
                    joined.push(item);
                }
            }
            Value::Array(joined)
        }
        _ => {
            let (base, mine, theirs) = (base.clone(), mine.clone(), theirs.clone());
            clashes.push(Clash { path: path.to_owned(), base, mine: mine.clone(), theirs });
            mine
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_faults_path_finds_its_field() {
        let document =
            json!({ "earning": { "programs": [{}, { "rate": { "every": 5000, "points": null } }] } });
        assert_eq!(get(&document, "earning.programs[1].rate.every"), Some(&json!(5000)));
        assert_eq!(get(&document, "earning.programs[1].rate.points"), None);
        assert_eq!(get(&document, "earning.programs[2].rate"), None);
        assert_eq!(kind("earning.programs[1].rate.levels[0].bps"), "earning.programs.rate.levels.bps");
        assert_eq!(kind("referrals.email.body.en{friend}"), "referrals.email.body.en");
        assert!(is_within("stamp_cards[1].reward.bps", "stamp_cards[1]"));
        assert!(!is_within("stamp_cards[10].reward", "stamp_cards[1]"));
        assert!(is_within("referrals.email.body{x}", "referrals.email.body"));
    }

    #[test]
    fn a_value_is_put_where_it_belongs() {
        let mut document = json!({ "list": [{ "a": 1 }] });
        set(&mut document, "bonuses.birthday.points", json!(5));
        set(&mut document, "list[0].a", json!(2));
        set(&mut document, "list[1]", json!({}));
        set(&mut document, "list[9].a", json!(9));
        assert_eq!(document, json!({ "list": [{ "a": 2 }, {}], "bonuses": { "birthday": { "points": 5 } } }));
    }

    #[test]
    fn changes_are_counted_field_by_field() {
        let check = |before: Value, after: Value, paths: &[&str]| assert_eq!(changes(&before, &after), paths);
        check(json!({ "a": null }), json!({}), &[]);
        check(json!({ "a": 1, "b": 2 }), json!({ "a": 2, "c": 3 }), &["b", "a", "c"]);
        check(json!({ "l": ["x"] }), json!({ "l": ["x", "y"] }), &["l"]);
        let (a, b) = (json!({ "id": "a", "n": 1 }), json!({ "id": "b", "n": 1 }));
        check(json!({ "l": [a, b] }), json!({ "l": [b, a] }), &["l"]);
        check(json!({ "l": [a, b] }), json!({ "l": [{ "id": "a", "n": 2 }] }), &["l[b]", "l[0].n"]);
        check(json!({ "l": [a] }), json!({ "l": [a, b] }), &["l[1]"]);
    }

    #[test]
    fn what_two_people_changed_is_put_together() {
        let base = json!({ "x": 1, "y": 1, "l": [{ "id": "a", "n": 1 }, { "id": "b", "n": 1 }] });
        let mine =
            json!({ "x": 2, "y": 1, "l": [{ "id": "b", "n": 1 }, { "id": "a", "n": 1 }, { "id": "c" }] });
        let theirs = json!({ "x": 1, "y": 3, "l": [{ "id": "a", "n": 9 }, { "id": "b", "n": 1 }] });
        let (merged, clashes) = merge(&base, &mine, &theirs);
        let together =
            json!({ "x": 2, "y": 3, "l": [{ "id": "b", "n": 1 }, { "id": "a", "n": 9 }, { "id": "c" }] });
        assert_eq!((merged, clashes.len()), (together, 0));
    }

    #[test]
    fn what_both_changed_stays_mine_and_is_told() {
        let base = json!({ "x": 1, "l": [{ "id": "a", "n": 1 }] });
        let mine = json!({ "x": 2, "l": [{ "id": "a", "n": 2 }] });
        let theirs = json!({ "x": 3, "l": [] });
        let (merged, clashes) = merge(&base, &mine, &theirs);
        assert_eq!(merged, mine);
        let paths: Vec<_> = clashes.iter().map(|clash| clash.path.as_str()).collect();
        assert_eq!(paths, ["l[0]", "x"]);
    }
}
