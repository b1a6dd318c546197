//! What the widget would show under a draft of program and theme, to a shopper who is made up. It is composed by what
//! answers the widget's own requests; nothing is written.

use std::cell::OnceCell;

use fidela_protocol::Code;
use fidela_protocol::drafts::{MePreview, PreviewMe};
use fidela_protocol::merchant::FieldFault;
use fidela_protocol::referrals::MyInvitations;
use fidela_rules::num::MAX;

use super::{fault, public, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::shard::made_up;
use crate::speech::Speaker;
use crate::{auth, explain, limits, programs, theme};

/// The code of nobody's invitation.
const CODE: &str = "preview";

/// `POST /v1/preview/me`.
pub(crate) async fn preview(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let PreviewMe { program, theme, account, locale } = call.json()?;
    let mut faults = Vec::new();
    for (path, number) in [("account.available", account.available), ("account.spent", account.spent)] {
        if !(0..=MAX).contains(&number) {
            faults.push(FieldFault { min: Some(0), max: Some(MAX), ..fault(path, "out_of_range") });
        }
    }
    if account.groups.len() > limits::GROUPS {
        faults.push(fault("account.groups", "too_many"));
    }
    refuse(Code::InvalidBody, faults)?;
    refuse(Code::InvalidTheme, theme.as_ref().map(theme::faults).unwrap_or_default())?;
    // The store as it would be.
    let mut draft = StoreConfig { read: OnceCell::new(), ..(*store).clone() };
    if let Some(document) = program {
        let (mut program, _) = programs::read(&document)?;
        program.switch_on(Some(&*store.program()?), call.now);
        draft.program = serde_json::to_value(&program).map_err(|error| broken("program", error))?;
    }
    if let Some(look) = theme {
        draft.theme = theme::published(&look);
        draft.look = look;
    }
    let locale = locale.unwrap_or_else(|| store.locale.clone());
    let speaker = Speaker::in_locale(&locale, &draft);
    let program = draft.program()?;
    let (public, _) = public::compose(&draft, &locale, call.now)?;
    let (mut me, mut ledger) =
        made_up(&program, draft.program_version, draft.expiring_days, &account, call.now)?;
    explain::page(&speaker, &draft, &program, &mut me);
    explain::history(&speaker, &program, &mut ledger.items);
    let enabled = program.enabled && program.referrals.enabled;
    let mut invitations = MyInvitations { enabled, ..MyInvitations::default() };
    if enabled {
        CODE.clone_into(&mut invitations.code);
        invitations.left_today = limits::INVITATIONS_A_DAY;
    }
    explain::invitations::page(&call.edge, &speaker, &draft, &program, &mut invitations);
    let look = theme::state(&draft, draft.look.clone());
    Answer::json(200, &MePreview { public, me, ledger, invitations, look })
}
