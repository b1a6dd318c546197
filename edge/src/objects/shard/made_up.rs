//! A shopper who is made up, for the preview of the widget: their account is one of `ledger`'s, and their page is composed
//! as everybody's is; nothing of it is stored.

use std::collections::BTreeMap;

use fidela_ledger::{Command, local_day};
use fidela_protocol::merchant::PreviewAccount;
use fidela_protocol::missions::MissionNow;
use fidela_protocol::shopper::{HistoryPage, Me};
use fidela_rules::Program;
use jiff::{Timestamp, ToSpan};

use super::accounts::Loaded;
use super::views::{Beside, compose, item};
use super::{Owner, Rules, missions};
use crate::failure::Outcome;

/// Orders that the shopper has placed, days ago, each with its part of the points.
const ORDERS: [(&str, i64); 2] = [("1001", 40), ("1002", 3)];

/// What a shopper would see who has these points, under a program: their page, and their history.
pub(crate) fn made_up(
    program: &Program,
    version: u64,
    expiring_days: u16,
    account: &PreviewAccount,
    now: Timestamp,
) -> Outcome<(Me, HistoryPage)> {
    let rules = Rules::of(version, program.clone())?;
    let mut loaded = Loaded::made_up(Owner::Customer("preview".to_owned()));
    loaded.profile.name = Some("Ana".to_owned());
    loaded.profile.groups.clone_from(&account.groups);
    loaded.spent = account.spent;
    let first = account.available.checked_div(2).unwrap_or(0);
    let parts = [first, account.available.saturating_sub(first)];
    // Whoever has nothing has not ordered yet.
    let orders = ORDERS.into_iter().zip(parts).filter(|_| account.available > 0 || account.spent > 0);
    for ((order, days_ago), points) in orders {
        let at = now.checked_sub((24_i64.saturating_mul(days_ago)).hours()).unwrap_or(now);
        if points > 0 {
            // Usable at once: so many are said to be available.
            let source = format!("order:{order}");
            loaded.run(&rules, &Command::Open { source, points, last_day: None }, at)?;
        }
        for card in program.stamp_cards.iter().filter(|card| card.enabled && card.orders_required > 2) {
            let (card, order) = (card.id.clone(), order.to_owned());
            loaded.run(&rules, &Command::Stamp { card, order }, at)?;
        }
    }
    loaded.bring_to(&rules, now);
    let beside = Beside { missions: to_do(&rules, now), toasts: Vec::new(), redemptions: Vec::new() };
    let me = compose(&rules, expiring_days, now, "preview", &loaded, beside)?;
    let items = loaded.unwritten(true).into_iter().map(item).collect();
    Ok((me, HistoryPage { items, next: None }))
}

/// Missions of somebody who has an account, and has done nothing else.
fn to_do(rules: &Rules, now: Timestamp) -> Vec<MissionNow> {
    let done = rules.program.missions.iter().filter(|mission| mission.kind == "create_account");
    let done: BTreeMap<String, i64> = done.map(|mission| (mission.id.clone(), 1)).collect();
    missions::shown(&rules.program, &done, local_day(now, &rules.zone))
}
