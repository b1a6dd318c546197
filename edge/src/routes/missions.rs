//! Completed missions, told by the shop's server and by shoppers.

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::missions::{
    Completion, CompletionResult, CompletionResults, CompletionStatus, Completions, MyCompletion,
};
use fidela_protocol::{Code, Problem, ids as protocol_ids};
use fidela_rules::order::is_email;
use serde_json::Value;

use super::{fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::completions::{self, Asking};
use crate::config::StoreConfig;
use crate::failure::Outcome;
use crate::objects::shard::{self, Completed, Owner, ShardOp, TellsIt};
use crate::{accounts, auth, limits, speech};

/// `POST /v1/missions/{id}/completions`.
pub(crate) async fn complete(call: &Call, mission: String) -> Outcome<Answer> {
    let merchant = auth::merchant(call).await?;
    let store = &merchant.store;
    let body: Value = call.json()?;
    let asking = Asking { env: &call.env, store, now: call.now };
    let by = TellsIt::Key(merchant.who.id.clone());
    if body.get("completions").is_none() {
        let told = read(store, &call.json::<Completion>()?);
        let told = told.map_err(|faults| Problem::new(Code::InvalidBody).faults(faults))?;
        let results = completions::tell(asking, &mission, vec![told], &by).await?;
        let [result] = <[CompletionResult; 1]>::try_from(results)
            .map_err(|_| crate::failure::broken("completions", "one has one answer"))?;
        if result.status == CompletionStatus::Refused {
            return Err(completions::problem(result).into());
        }
        return Answer::json(200, &result);
    }
    let Completions { completions: told } = call.json()?;
    if told.is_empty() || told.len() > limits::COMPLETIONS {
        let code = if told.is_empty() { "empty" } else { "too_many" };
        let max = i64::try_from(limits::COMPLETIONS).ok();
        let fault = FieldFault { min: Some(1), max, ..fault("completions", code) };
        refuse(Code::InvalidBody, vec![fault])?;
    }
    // What cannot be read is refused by itself, and keeps nobody from the others.
    let read: Vec<_> = told.iter().map(|told| parse(store, told)).collect();
    let good = read.iter().filter_map(|one| one.as_ref().ok().cloned()).collect();
    let mut answers = completions::tell(asking, &mission, good, &by).await?.into_iter();
    let mut results = Vec::with_capacity(read.len());
    for one in read {
        let mut result = match one {
            Ok(_) => answers.next().unwrap_or_else(|| CompletionResult::new(CompletionStatus::Refused)),
            Err(refused) => *refused,
        };
        speech::refused(call, store, &mut result);
        results.push(result);
    }
    Answer::json(200, &CompletionResults::of(results))
}

fn parse(store: &StoreConfig, told: &Value) -> Result<Completed, Box<CompletionResult>> {
    let unreadable = |detail: Value| {
        let mut refused = CompletionResult::new(CompletionStatus::Refused);
        refused.code = Some(Code::InvalidBody.code().to_owned());
        refused.numbers.insert("detail".to_owned(), detail);
        Box::new(refused)
    };
    if !told.is_object() {
        return Err(unreadable("expected an object".into()));
    }
    let completion: Completion =
        serde_json::from_value(told.clone()).map_err(|error| unreadable(error.to_string().into()))?;
    read(store, &completion).map_err(|faults| {
        let faults = serde_json::to_value(faults).unwrap_or_default();
        let mut refused = unreadable("see `faults`".into());
        refused.numbers.insert("faults".to_owned(), faults);
        refused
    })
}

fn read(store: &StoreConfig, told: &Completion) -> Result<Completed, Vec<FieldFault>> {
    let Completion { customer_id, email, reference, amount, order_id } = told.clone();
    let mut faults = Vec::new();
    for (path, id) in [("customer_id", &customer_id), ("reference", &reference), ("order_id", &order_id)] {
        if id.as_deref().is_some_and(|id| !protocol_ids::is_shop_id(id)) {
            faults.push(fault(path, "invalid_id"));
        }
    }
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        faults.push(fault("email", "email_expected"));
    }
    let owner = match (customer_id, email) {
        (Some(id), None) => Some(Owner::Customer(id)),
        (None, Some(email)) => Some(Owner::Guest(shard::email_hash(&store.index_key, &email))),
        (Some(_), Some(_)) => {
            faults.push(fault("email", "customer_id_or_email"));
            None
        }
        (None, None) => {
            faults.push(fault("customer_id", "required"));
            None
        }
    };
    match owner {
        Some(owner) if faults.is_empty() => Ok(Completed { owner, reference, amount, order_id, row: None }),
        _ => Err(faults),
    }
}

/// `POST /v1/me/missions/{id}/completions`.
pub(crate) async fn claim(call: &Call, mission: String) -> Outcome<Answer> {
    let shopper = auth::shopper(call).await?;
    let MyCompletion { reference } = call.json()?;
    if reference.as_deref().is_some_and(|reference| !protocol_ids::is_shop_id(reference)) {
        refuse(Code::InvalidBody, vec![fault("reference", "invalid_id")])?;
    }
    let op = ShardOp::CompleteMine { mission, reference };
    let reply = accounts::of_shopper(call, &shopper, None, op.clone()).await?;
    let over = reply.status == Code::PlanLimitReached.status() && reply.number("lent_unused")? > 0;
    let reply = if over {
        accounts::take_back_grants(&call.env, call.now, &shopper.store).await?;
        accounts::of_shopper(call, &shopper, None, op).await?
    } else {
        reply
    };
    Ok(reply.into_answer().header("cache-control", "private, no-store"))
}
