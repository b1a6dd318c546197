//! What a program would do: with an order or a cart, and each of its stamp cards. Nothing is written.

use fidela_protocol::merchant::{
    CardSummaryAnswer, FieldFault, OrderAward, PreviewAccount, PreviewAnswer, PreviewRequest,
};
use fidela_protocol::{Code, Problem};
use fidela_rules::preview::{Facts, preview as preview_order};
use fidela_rules::program::{self, Program, StampCard};
use fidela_rules::stamps::CardSummary;
use fidela_ui::sentences::refusal;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{check_cart, quotes, refuse};
use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::failure::{Outcome, broken};
use crate::objects::shard::ShardOp;
use crate::speech::Speaker;
use crate::{accounts, auth, explain, programs};

/// `POST /v1/program/preview`.
pub(crate) async fn preview(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let PreviewRequest { program, order, cart, customer_id, account } = call.json()?;
    let (program, warnings) = read(program.as_ref().unwrap_or(&store.program))?;
    let order = match (order, cart) {
        (Some(order), None) => order,
        (None, Some(cart)) => {
            check_cart(&cart)?;
            // As if it had come as far as it has to: what it would earn is asked for.
            let status = program.earning.award_statuses.first().map_or("placed", String::as_str);
            cart.to_order("preview", call.now, status)
        }
        _ => return Err(Problem::new(Code::InvalidBody).detail("Send an `order` or a `cart`.").into()),
    };
    // Whose it is says the request: an order that is made up has no customer.
    let faults = order.faults().into_iter().filter(|fault| fault.path != "customer");
    refuse(Code::InvalidOrder, faults.map(FieldFault::from).collect())?;
    let account = match (customer_id, account) {
        (None, account) => account.unwrap_or_default(),
        (Some(customer), None) => known(call, &store, quotes::named(Some(customer))?).await?,
        (Some(_), Some(_)) => {
            let how = "Send a `customer_id` or an `account`.";
            return Err(Problem::new(Code::InvalidBody).detail(how).into());
        }
    };
    let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
    let placed_on = order.placed_at.to_zoned(zone).date();
    let PreviewAccount { available, spent, groups } = &account;
    let facts = Facts { available: *available, spent: *spent, groups };
    let preview = preview_order(&program, &order, facts, placed_on);
    let speaker = Speaker::of(call, &store);
    let award = OrderAward {
        awarded: true,
        points: preview.points,
        reason: preview.reason.map(|reason| reason.code().to_owned()),
        considered: preview.considered.clone(),
        stamps: preview.stamps.clone(),
        ..OrderAward::default()
    };
    let cards = program.stamp_cards.iter().map(|card| summary(&speaker, &program, card));
    let answer = PreviewAnswer {
        explained: explain::award(&speaker, &program, &award),
        refused: preview.refusal.as_ref().map(|refused| speaker.say(&refusal(refused))),
        cards: cards.collect::<Outcome<_>>()?,
        warnings,
        preview,
    };
    Answer::json(200, &answer)
}

/// A draft, or the program in force; every fault at once.
pub(super) fn read(document: &Value) -> Outcome<(Program, Vec<FieldFault>)> {
    let (program, warnings) = programs::read(document)?;
    let warning = |warning: program::Warning| FieldFault {
        path: warning.path,
        code: warning.code.to_owned(),
        min: None,
        max: None,
    };
    Ok((program, warnings.into_iter().map(warning).collect()))
}

/// What is known of one of the store's shoppers.
async fn known(call: &Call, store: &StoreConfig, customer: String) -> Outcome<PreviewAccount> {
    #[derive(serde::Deserialize)]
    struct Known {
        available: i64,
        spent: i64,
        groups: Vec<String>,
    }
    let op = ShardOp::Customer { customer: customer.clone() };
    let reply = accounts::of_customer(call, store, &customer, None, op).await?;
    if reply.status != 200 {
        return Err(Code::NotFound.into());
    }
    let Known { available, spent, groups } = reply.read()?;
    Ok(PreviewAccount { available, spent, groups })
}

fn summary(speaker: &Speaker, program: &Program, card: &StampCard) -> Outcome<CardSummaryAnswer> {
    Ok(explain::card(speaker, card, CardSummary::of(program, card)?))
}

/// `GET /v1/stamp_cards/{card}/summary`.
pub(crate) async fn card(call: &Call, id: &str) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let program = store.program()?;
    let card = program.stamp_cards.iter().find(|card| card.id == id).ok_or(Code::CardNotFound)?;
    Answer::json(200, &summary(&Speaker::at_home(&store), &program, card)?)
}
