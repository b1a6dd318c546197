//! Why an order earned what it earned, and what a stamp card asks and gives: the trace of `fidela_rules` in
//! sentences, for the shopper ("Why 12 points?") and for the merchant.

pub(crate) mod invitations;
pub(crate) mod missions;

use fidela_protocol::merchant::{CardSummaryAnswer, OrderAward};
use fidela_protocol::shopper::{HistoryItem, Me, OfferNow};
use fidela_rules::program::{Program, StampCard};
use fidela_rules::stamps::CardSummary;
use fidela_ui::Sentence;
use fidela_ui::explain::{FOR_SHOPPER, Looked, card_name, gives, text};
use fidela_ui::sentences::{self, Arg, Happened, iso, rate};

use crate::config::StoreConfig;
use crate::speech::Speaker;

/// What an order's award comes of, a sentence for each program and each card.
pub(crate) fn award(speaker: &Speaker, program: &Program, award: &OrderAward) -> Vec<String> {
    let OrderAward { awarded, reason, considered, stamps, .. } = award;
    let looked = Looked { awarded: *awarded, reason: reason.as_deref(), considered, stamps };
    fidela_ui::explain::award(speaker, program, looked)
}

/// What happened, line by line.
pub(crate) fn history(speaker: &Speaker, program: &Program, items: &mut [HistoryItem]) {
    for item in items {
        let card = item.card.as_deref().map(|card| card_name(speaker, program, card)).unwrap_or_default();
        let happened = Happened {
            kind: &item.kind,
            about: item.about.as_deref().unwrap_or_default(),
            reference: item.reference.as_deref().unwrap_or_default(),
            card: &card,
            stamps: item.stamps,
        };
        if let Some(title) = missions::history(speaker, program, item) {
            item.title = title;
            continue;
        }
        // What a shopper has no use for is told by its kind to whoever reads the API.
        item.title = sentences::history(happened).map_or_else(String::new, |one| speaker.say(&one));
    }
}

/// Programs that run now or soon, in words.
pub(crate) fn offers(speaker: &Speaker, program: &Program, offers: &mut [OfferNow]) {
    for offer in offers {
        let Some(one) = program.earning.programs.iter().find(|one| one.id == offer.program) else { continue };
        let gives = speaker.say(&rate(&one.rate));
        let begins = one.from.filter(|_| offer.starts_in_days > 0);
        let begins = begins.map(|from| Sentence::new("earn.from").with("date", Arg::Day(iso(from))));
        let conditions = begins.into_iter().chain(sentences::conditions(one));
        offer.details = conditions.map(|condition| speaker.say(&condition)).collect();
        offer.title = match text(speaker, one.name.as_ref()).filter(|name| *name != gives) {
            None => gives,
            Some(name) => {
                offer.details.insert(0, gives);
                name
            }
        };
    }
}

/// A shopper's page: what runs, and what cards and rewards give, in words.
pub(crate) fn page(speaker: &Speaker, store: &StoreConfig, program: &Program, me: &mut Me) {
    missions::page(speaker, store, program, me);
    offers(speaker, program, &mut me.offers);
    for card in &mut me.cards {
        card.gives = speaker.say(&gives(&card.reward, FOR_SHOPPER));
    }
    for reward in &mut me.rewards {
        reward.gives = speaker.say(&gives(&reward.terms, FOR_SHOPPER));
    }
}

/// A card as shoppers read it who have none yet: how many orders it takes, and what they give.
pub(crate) fn card_for_shoppers(speaker: &Speaker, card: &StampCard) -> Vec<String> {
    let orders = Sentence::new("card.orders").with("n", Arg::Words(card.orders_required.to_string()));
    let least = (card.order_min > 0).then(|| Sentence::new("card.order_min").money(card.order_min));
    let some = (card.categories.is_some() || card.products.is_some()).then(|| Sentence::new("earn.some"));
    let told = [Some(gives(&card.reward, FOR_SHOPPER)), Some(orders), least, some];
    told.into_iter().flatten().map(|one| speaker.say(&one)).collect()
}

/// A card as its merchant reads it before it goes live (S1.1).
pub(crate) fn card(speaker: &Speaker, card: &StampCard, summary: CardSummary) -> CardSummaryAnswer {
    let told = fidela_ui::explain::card(&summary);
    let name = text(speaker, card.name.as_ref()).unwrap_or_else(|| card.id.clone());
    CardSummaryAnswer { name, sentences: told.iter().map(|one| speaker.say(one)).collect(), summary }
}
