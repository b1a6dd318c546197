//! Stores, by the operator.

use fidela_protocol::merchant::CreateStore;
use fidela_protocol::{Code, Problem};

use super::{fault, refuse, settings, team};
use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::directory;
use crate::objects::store::{self, StoreCall, StoreOp};
use crate::{auth, ids};

/// `POST /v1/stores`. The store's id follows from the operator's key and the request's, so the same request,
/// told again, finds what it made.
pub(crate) async fn create(call: &Call) -> Outcome<Answer> {
    let operator_key = auth::operator(call)?;
    let keyed = call.idempotency()?;
    let request: CreateStore = call.json()?;
    let mut faults = settings::faults(&request.name, &request.locale, &request.origins);
    if !matches!(request.shards, 1 | 16 | 256 | 1024) {
        faults.push(fault("shards", "not_one_of_the_choices"));
    }
    faults.extend(request.plan.iter().flat_map(|plan| super::plan::faults("plan.", plan)));
    let owner = request.owner.as_ref();
    faults
        .extend(owner.into_iter().flat_map(|owner| team::person_faults("owner.", &owner.email, &owner.name)));
    refuse(Code::InvalidBody, faults)?;
    let id = ids::new_store(&operator_key, &keyed.key).ok_or_else(|| Problem::new(Code::Unauthorized))?;
    if let Some(owner) = &request.owner {
        directory::join(call, &owner.email, &id).await?;
    }
    let op = StoreOp::Create { store: id.clone(), request: Box::new(request) };
    let reply = store::call(call, &id, &StoreCall::of(call, Some(keyed), op)).await?;
    Ok(reply.into_answer())
}
