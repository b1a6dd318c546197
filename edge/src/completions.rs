//! Tells shards of completed missions: each of its own accounts, several at once, and of an address that has become a
//! customer's the customer's.

use fidela_protocol::missions::{CompletionResult, CompletionStatus};
use fidela_protocol::{Code, Problem};
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Map, Value};
use worker::Env;

use crate::accounts::{SHARDS_AT_ONCE, take_back_grants};
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::ids;
use crate::objects::Reply;
use crate::objects::shard::{self, Completed, Completing, Owner, ShardOp, TellsIt};

/// Which shard an owner's account is in.
pub(crate) fn home_of(store: &StoreConfig, owner: &Owner) -> u16 {
    let (Owner::Customer(id) | Owner::Guest(id)) = owner;
    ids::shard_of(id, store.shards)
}

/// Where a request comes from, and for whom: what asking shards takes.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) env: &'a Env,
    pub(crate) store: &'a StoreConfig,
    pub(crate) now: Timestamp,
}

/// Tells completions of one mission, and answers each in its place.
pub(crate) async fn tell(
    asking: Asking<'_>,
    mission: &str,
    completions: Vec<Completed>,
    by: &TellsIt,
) -> Outcome<Vec<CompletionResult>> {
    let mut answers: Vec<Option<CompletionResult>> = completions.iter().map(|_| None).collect();
    let mut open: Vec<(usize, Completed)> = completions.into_iter().enumerate().collect();
    // An address becomes a customer's once: a second round leaves nothing open.
    for _ in 0..2 {
        let mut moved = Vec::new();
        for (index, told, answer) in round(asking, mission, open, by).await? {
            let answered = match answer {
                Completing::Done(result) => result,
                Completing::Refused(problem) => refused(problem),
                Completing::Moved(customer) => {
                    moved.push((index, Completed { owner: Owner::Customer(customer), ..told }));
                    continue;
                }
            };
            if let Some(answer) = answers.get_mut(index) {
                *answer = Some(answered);
            }
        }
        open = moved;
    }
    let answers: Option<Vec<_>> = answers.into_iter().collect();
    answers.ok_or_else(|| broken("completions", "one was not answered"))
}

type Answered = (usize, Completed, Completing);

async fn round(
    asking: Asking<'_>,
    mission: &str,
    open: Vec<(usize, Completed)>,
    by: &TellsIt,
) -> Outcome<Vec<Answered>> {
    let mut shards: std::collections::BTreeMap<u16, Vec<(usize, Completed)>> =
        std::collections::BTreeMap::new();
    for (index, told) in open {
        shards.entry(home_of(asking.store, &told.owner)).or_default().push((index, told));
    }
    let mut answered = Vec::new();
    for some in shards.into_iter().collect::<Vec<_>>().chunks(SHARDS_AT_ONCE) {
        let asked = some.iter().map(|(home, items)| of_shard(asking, *home, mission, items, by));
        for answers in join_all(asked).await {
            answered.extend(answers?);
        }
    }
    Ok(answered)
}

/// One shard's answers. Where the plan's grants run out, those that other shards do not use are fetched, and then it
/// goes as far as they reach.
async fn of_shard(
    asking: Asking<'_>,
    home: u16,
    mission: &str,
    items: &[(usize, Completed)],
    by: &TellsIt,
) -> Outcome<Vec<Answered>> {
    let Asking { env, store, now } = asking;
    let ask = async |partial| -> Outcome<Reply> {
        let completions = items.iter().map(|(_, told)| told.clone()).collect();
        let op = ShardOp::Complete { mission: mission.to_owned(), completions, by: by.clone(), partial };
        shard::call_from(env, now, store, home, None, None, op).await
    };
    let is_over = |reply: &Reply| reply.status == Code::PlanLimitReached.status();
    let mut reply = ask(false).await?;
    if is_over(&reply) && reply.number("lent_unused")? > 0 {
        take_back_grants(env, now, store).await?;
        reply = ask(false).await?;
    }
    if is_over(&reply) {
        reply = ask(true).await?;
    }
    if reply.status != 200 {
        return Err(broken("completions", format!("a shard answered {}", reply.status)));
    }
    let answers: Vec<Completing> = reply.read()?;
    let told = items.iter().cloned();
    Ok(told.zip(answers).map(|((index, told), answer)| (index, told, answer)).collect())
}

/// A problem document, as the answer to one of several.
fn refused(problem: Value) -> CompletionResult {
    let mut numbers: Map<String, Value> = match problem {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    for word in ["type", "status", "faults"] {
        numbers.remove(word);
    }
    let mut text = |name| numbers.remove(name).and_then(|word| word.as_str().map(str::to_owned));
    let (code, title) = (text("code"), text("title"));
    CompletionResult { code, title, numbers, ..CompletionResult::new(CompletionStatus::Refused) }
}

/// A refused one as a problem of its own.
pub(crate) fn problem(refused: CompletionResult) -> Problem {
    let code = refused.code.as_deref().map_or(Code::Internal, Code::of_refusal);
    Problem { numbers: refused.numbers, ..Problem::new(code) }
}
