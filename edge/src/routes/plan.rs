//! A store's plan: the operator sets it, the merchant reads it.

use fidela_protocol::Code;
use fidela_protocol::merchant::FieldFault;
use fidela_protocol::plan::{Allowance, Plan, PlanState, Used};

use super::{fault, name_fault, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::shard::{Lent, ShardOp};
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{accounts, auth, config, limits};

/// `PUT /v1/stores/{store}/plan`.
pub(crate) async fn put(call: &Call, store: &str) -> Outcome<Answer> {
    auth::operator(call)?;
    let plan: Plan = call.json()?;
    refuse(Code::InvalidBody, faults("", &plan))?;
    // An id that this deployment never made opens no object.
    auth::store(call, store).await?.ok_or(Code::NotFound)?;
    let op = StoreOp::SetPlan { plan: Box::new(plan) };
    let reply = store::call(call, store, &StoreCall::of(call, None, op)).await?;
    config::read_anew(store);
    Ok(reply.into_answer())
}

/// What is wrong with a plan.
pub(super) fn faults(at: &str, plan: &Plan) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    faults.extend(name_fault(&format!("{at}name"), &plan.name));
    if plan.add_ons.len() > limits::ADD_ONS {
        faults.push(fault(format!("{at}add_ons"), "too_many"));
    }
    for (i, add_on) in plan.add_ons.iter().enumerate().take(limits::ADD_ONS) {
        faults.extend(name_fault(&format!("{at}add_ons[{i}].name"), &add_on.name));
    }
    faults
}

/// `GET /v1/plan`.
pub(crate) async fn get(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let mut grants: u32 = 0;
    for reply in accounts::of_all(call, &store, || ShardOp::GrantsUsed).await? {
        grants = grants.saturating_add(reply.read::<Lent>()?.used);
    }
    let program = store.program()?;
    let state = PlanState {
        plan: store.plan.clone(),
        allowed: Allowance::of(store.plan.as_ref()),
        used: Used::by(&program, grants),
    };
    Answer::json(200, &state)
}
