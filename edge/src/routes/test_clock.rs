//! On a test server, time moves when it is told to.

use fidela_protocol::Code;
use fidela_protocol::imports::ImportEntry;
use fidela_protocol::merchant::{AdvanceClock, Page};
use serde::Deserialize;
use serde_json::json;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::Outcome;
use crate::objects::import::{self, ImportOp};
use crate::objects::shard;
use crate::objects::store::{self, StoreOp};
use crate::{accounts, auth};

/// How often all shards are gone through, at most: an invitation goes back and forth a few times.
const PASSES: usize = 20;

/// `POST /v1/test/advance`: everything that is due up to a moment, in order, and only then the answer.
pub(crate) async fn advance(call: &Call) -> Outcome<Answer> {
    #[derive(Deserialize)]
    struct Done {
        accounts: u64,
        errands: bool,
    }
    if !call.test_clock {
        return Err(Code::TestClockDisabled.into());
    }
    let AdvanceClock { store, to, recount } = call.json()?;
    let store = auth::store(call, &store).await?.ok_or(Code::NotFound)?;
    if recount {
        accounts::of_all(call, &store, || shard::ShardOp::Recount).await?;
    }
    let mut brought: u64 = 0;
    for _ in 0..PASSES {
        // What one shard tells another may be due there, too.
        let mut again = false;
        for shard in 0..store.shards {
            let reply =
                shard::call_from(&call.env, to, &store, shard, None, None, shard::ShardOp::Advance).await?;
            let Done { accounts: done, errands } = reply.read()?;
            brought = brought.saturating_add(done);
            again |= errands;
        }
        if !again {
            break;
        }
    }
    let imports: Page<ImportEntry> = store::ask_for(call, &store, StoreOp::Imports).await?.read()?;
    for import in imports.items {
        import::call(&call.env, &store.store_id, &import.id, to, ImportOp::Advance).await?;
    }
    Answer::json(200, &json!({ "store": store.store_id, "to": to, "accounts": brought }))
}
