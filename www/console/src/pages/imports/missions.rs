//! The missions whose completions can be imported, and how a file of each is read.

use fidela_rules::program::MISSION_KINDS_ONCE;
use serde::Deserialize;
use serde_json::Value;

use crate::api::{self, Answer};
use crate::texts;

/// A mission, as far as an import of it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mission {
    /// Its id.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Whether each row needs a reference: a shopper may do it more than once.
    pub reference: bool,
    /// Whether each row needs an amount: points follow from it.
    pub amount: bool,
}

/// Those of the program in force, by name.
pub async fn all() -> Answer<Vec<Mission>> {
    #[derive(Deserialize)]
    struct InForce {
        program: Value,
    }
    #[derive(Deserialize)]
    struct Library {
        items: Vec<Known>,
    }
    #[derive(Deserialize)]
    struct Known {
        kind: String,
        name: String,
    }
    let InForce { program } = api::get("/v1/program").await?;
    // A name for those that have none of their own. Without it they go by their ids.
    let library: Vec<Known> =
        api::get("/v1/missions/library").await.map(|library: Library| library.items).unwrap_or_default();
    let missions = program.get("missions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut all: Vec<_> = missions
        .iter()
        .filter_map(|mission| {
            let text = |key: &str| mission.get(key).and_then(Value::as_str).unwrap_or_default();
            let id = text("id").to_owned();
            let kind = text("kind");
            let own = mission.get("name").and_then(said);
            let known = library.iter().find(|known| known.kind == kind).map(|known| known.name.clone());
            let once = MISSION_KINDS_ONCE.contains(&kind)
                || mission.get("limit_per_shopper").and_then(Value::as_i64) == Some(1);
            let amount = mission.pointer("/points/type").and_then(Value::as_str) == Some("per_amount");
            let name = own.or(known).unwrap_or_else(|| id.clone());
            (!id.is_empty()).then_some(Mission { id, name, reference: !once, amount })
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// A text in the reader's language, or another that there is.
fn said(text: &Value) -> Option<String> {
    let texts = match text {
        Value::String(text) => return Some(text.clone()),
        Value::Object(texts) => texts,
        _ => return None,
    };
    let own = texts.get(texts::locale()).or_else(|| texts.values().next());
    own.and_then(Value::as_str).map(str::to_owned)
}
