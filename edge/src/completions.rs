//! Tells shards of completed missions: each of its own accounts, several at once, and of an address that has become a
//! customer's the customer's.

use fidela_protocol::missions::{CompletionResult, CompletionStatus};
use fidela_protocol::{Code, Problem};
use futures_util::future::join_all;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
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
    let op = |completions, partial| ShardOp::Complete {
        mission: mission.to_owned(),
        completions,
        by: by.clone(),
        partial,
    };
    results(each(asking, completions, &op).await?)
}

/// What each came to: one that was refused is answered as that.
pub(crate) fn results(answers: Vec<Completing>) -> Outcome<Vec<CompletionResult>> {
    let result = |answer| match answer {
        Completing::Done(result) => Ok(result),
        Completing::Refused(problem) => Ok(refused(problem)),
        Completing::Moved(_) => Err(broken("completions", "one has moved twice")),
    };
    answers.into_iter().map(result).collect()
}

/// Something that belongs to somebody, and is told to their shard.
pub(crate) trait Owned: Clone {
    /// Whose.
    fn owner(&self) -> &Owner;
    /// The same, of the customer whose the address has become.
    fn of_customer(self, customer: String) -> Self;
}

impl Owned for Completed {
    fn owner(&self) -> &Owner {
        &self.owner
    }

    fn of_customer(self, customer: String) -> Self {
        Self { owner: Owner::Customer(customer), ..self }
    }
}

/// What a shard answers of one of several.
pub(crate) trait Answered: DeserializeOwned {
    /// Whose the address has become, if nothing else was answered.
    fn moved(&self) -> Option<&str>;
}

impl Answered for Completing {
    fn moved(&self) -> Option<&str> {
        match self {
            Self::Moved(customer) => Some(customer),
            Self::Done(_) | Self::Refused(_) => None,
        }
    }
}

/// Tells each to its own shard, several at once, and answers each in its place. What an operation asks is made of those
/// of one shard, and of whether to go as far as the plan's grants reach.
pub(crate) async fn each<T: Owned, A: Answered>(
    asking: Asking<'_>,
    items: Vec<T>,
    op: &impl Fn(Vec<T>, bool) -> ShardOp,
) -> Outcome<Vec<A>> {
    let mut answers: Vec<Option<A>> = items.iter().map(|_| None).collect();
    let mut open: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    // An address becomes a customer's once: a second round leaves nothing open.
    for _ in 0..2 {
        let mut moved = Vec::new();
        for (index, item, answer) in round(asking, open, op).await? {
            match A::moved(&answer) {
                Some(customer) => moved.push((index, item.of_customer(customer.to_owned()))),
                None => {
                    if let Some(place) = answers.get_mut(index) {
                        *place = Some(answer);
                    }
                }
            }
        }
        open = moved;
    }
    let answers: Option<Vec<_>> = answers.into_iter().collect();
    answers.ok_or_else(|| broken("completions", "one was not answered"))
}

async fn round<T: Owned, A: Answered>(
    asking: Asking<'_>,
    open: Vec<(usize, T)>,
    op: &impl Fn(Vec<T>, bool) -> ShardOp,
) -> Outcome<Vec<(usize, T, A)>> {
    let mut shards: std::collections::BTreeMap<u16, Vec<(usize, T)>> = std::collections::BTreeMap::new();
    for (index, told) in open {
        shards.entry(home_of(asking.store, told.owner())).or_default().push((index, told));
    }
    let mut answered = Vec::new();
    for some in shards.into_iter().collect::<Vec<_>>().chunks(SHARDS_AT_ONCE) {
        let asked = some.iter().map(|(home, items)| of_shard(asking, *home, items, op));
        for answers in join_all(asked).await {
            answered.extend(answers?);
        }
    }
    Ok(answered)
}

/// One shard's answers. Where the plan's grants run out, those that other shards do not use are fetched, and then it
/// goes as far as they reach.
async fn of_shard<T: Owned, A: Answered>(
    asking: Asking<'_>,
    home: u16,
    items: &[(usize, T)],
    op: &impl Fn(Vec<T>, bool) -> ShardOp,
) -> Outcome<Vec<(usize, T, A)>> {
    let Asking { env, store, now } = asking;
    let ask = async |partial| -> Outcome<Reply> {
        let items = items.iter().map(|(_, told)| told.clone()).collect();
        shard::call_from(env, now, store, home, None, None, op(items, partial)).await
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
    let answers: Vec<A> = reply.read()?;
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
