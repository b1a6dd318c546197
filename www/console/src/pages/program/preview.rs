//! What a sample order would earn and could use, by the program as it stands, with the reasons in words.
//!
//! It is computed in the page by `fidela_rules::preview`, the code that decides at the edge, as somebody types. While a field
//! is wrong, what is shown is of the last program that was right, and says so.

use std::cell::RefCell;
use std::sync::Arc;

use fidela_rules::levels::level_of;
use fidela_rules::num::Given;
use fidela_rules::order::{CANCELLED, Channel, Line, Order, PaymentMethod, Shipping};
use fidela_rules::preview::{Facts, Preview as Previewed, preview};
use fidela_rules::program::Text;
use fidela_rules::stamps::Stamping;
use fidela_rules::{AwardReason, Program};
use fidela_ui::explain::{self, Looked, Tell};
use fidela_ui::sentences::{bound, refusal};
use jiff::Timestamp;
use jiff::civil::Date;
use leptos::prelude::*;

use super::document::{Document, document};
use super::sections::Teller;
use crate::pages::look::widget::LiveWidget;
use crate::texts::{self, t, tf};
use crate::ui::{
    Badge, Button, Card, Icon, Kind, MoneyField, Note, NumberField, PercentField, Select, TextField, Tone,
    icon,
};

/// A line of the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bought {
    product: String,
    categories: String,
    quantity: i64,
    price: i64,
}

/// An order, and whose it is, as the merchant supposes them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sample {
    lines: Vec<Bought>,
    shipping: i64,
    tax_bps: i64,
    with_tax: bool,
    status: String,
    day: String,
    channel: String,
    payment: String,
    available: i64,
    spent: i64,
    groups: String,
}

impl Sample {
    fn new(doc: Document) -> Self {
        let number = |at: &str| doc.peek(at).and_then(|value| value.as_i64()).unwrap_or(1).max(1);
        // An order of what two hundred points are worth, wherever a point is worth a hundredth or more.
        let minor = number("points.value.minor").max(10).saturating_mul(100).min(100_000);
        let points = number("points.value.points");
        Self {
            lines: vec![Bought {
                product: "sku-1".to_owned(),
                categories: String::new(),
                quantity: 1,
                price: minor,
            }],
            shipping: minor / 10,
            tax_bps: 0,
            with_tax: true,
            status: String::new(),
            day: untrack(|| doc.formats()).today().to_string(),
            channel: "online".to_owned(),
            payment: "card".to_owned(),
            available: points.saturating_mul(50),
            spent: 0,
            groups: String::new(),
        }
    }

    /// The order, as the rules read it.
    fn order(&self, currency: &str) -> Order {
        let words = |text: &str| listed(text);
        let lines = self.lines.iter().enumerate().map(|(i, line)| Line {
            id: (i + 1).to_string(),
            product_id: line.product.clone(),
            category_ids: words(&line.categories),
            quantity: Given(line.quantity),
            unit_price: Given(line.price),
            discount: Given(0),
            tax_bps: Given(self.tax_bps),
            refunded: Given(0),
            returned: Given(0),
            extra_of: None,
        });
        let shipping =
            Shipping { price: Given(self.shipping), tax_bps: Given(self.tax_bps), ..Shipping::default() };
        Order {
            id: "preview".to_owned(),
            customer: None,
            currency: currency.to_owned(),
            placed_at: Timestamp::UNIX_EPOCH,
            updated_at: None,
            status: self.status.clone(),
            channel: match self.channel.as_str() {
                "phone" => Channel::Phone,
                "store" => Channel::Store,
                _ => Channel::Online,
            },
            payment_method: match self.payment.as_str() {
                "card" => PaymentMethod::Card,
                "bank_transfer" => PaymentMethod::BankTransfer,
                "cash_on_delivery" => PaymentMethod::CashOnDelivery,
                _ => PaymentMethod::Other,
            },
            prices_include_tax: self.with_tax,
            lines: lines.collect(),
            shipping: (self.shipping > 0).then_some(shipping),
            discount_codes: Vec::new(),
            redemption_id: None,
            reward_id: None,
            points_discount: Given(0),
            refunded: None,
        }
    }
}

fn listed(text: &str) -> Vec<String> {
    text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

thread_local! {
    // The sample is the same on each page of the editor, for as long as the console is open.
    static SAMPLE: RefCell<Option<(Owner, RwSignal<Option<Sample>>)>> = const { RefCell::new(None) };
}

fn kept() -> RwSignal<Option<Sample>> {
    if let Some(known) = SAMPLE.with_borrow(|kept| kept.as_ref().map(|(_, sample)| *sample)) {
        return known;
    }
    let owner = Owner::default();
    let sample = owner.with(|| RwSignal::new(None));
    SAMPLE.set(Some((owner, sample)));
    sample
}

/// What comes of the sample: the program, what it would do, and the order value.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    program: Arc<Program>,
    is_last_right: bool,
    does: Previewed,
    value: i64,
}

/// The preview, beside the fields.
#[component]
pub fn Preview() -> impl IntoView {
    let doc = document();
    let kept = kept();
    if kept.with_untracked(Option::is_none) {
        kept.set(Some(Sample::new(doc)));
    }
    let sample = Memo::new(move |_| kept.get().unwrap_or_else(|| Sample::new(doc)));
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let now = doc.checked().with(|checked| checked.program.clone());
        let is_last_right = now.is_none();
        let program = now.or_else(|| before?.as_ref().map(|shown| Arc::clone(&shown.program)))?;
        let sample = sample.get();
        let order = sample.order(&program.currency);
        let groups = listed(&sample.groups);
        let facts = Facts { available: sample.available, spent: sample.spent, groups: &groups };
        let placed_on: Date = sample.day.parse().unwrap_or_else(|_| doc.formats().today());
        let does = preview(&program, &order, facts, placed_on);
        let value = order.measure().map_or(0, |measured| measured.value);
        Some(Shown { program, is_last_right, does, value })
    });
    // A frame with the whole widget in it, for those who ask for it.
    let shows = RwSignal::new(false);
    let draft = MaybeProp::derive(move || Some(doc.value().get()));
    let widget = move || shows.get().then(|| view! { <LiveWidget program=draft /> });
    let result = move || shown.get().map(|shown| results(doc, &shown, &sample.get()));
    view! {
        <section class="preview" id="preview" tabindex="-1" aria-label=t("program.preview")>
            <Card title=t("program.preview") help=t("program.preview_help")>
                <div class="preview-result" aria-live="polite">{result}</div>
            </Card>
            {fields(doc, kept)}
            <Card title=t("program.widget") help=t("program.widget_help")>
                <Button on_press=move |()| shows.update(|shows| *shows = !*shows)>
                    {move || t(if shows.get() { "program.widget_hide" } else { "program.widget_show" })}
                </Button>
                {widget}
            </Card>
        </section>
    }
}

fn results(doc: Document, shown: &Shown, sample: &Sample) -> AnyView {
    let Shown { program, is_last_right, does, value } = shown;
    let (teller, formats) = (Teller(doc), doc.formats());
    let worth = program.points.value.value_of(does.points.into()).fit().unwrap_or_default();
    let waits = !sample.status.is_empty()
        && sample.status != CANCELLED
        && !program.earning.award_statuses.contains(&sample.status);
    let looked = Looked {
        awarded: true,
        reason: does.reason.map(AwardReason::code),
        considered: &does.considered,
        stamps: &does.stamps,
    };
    let why = explain::award(&teller, program, looked);
    let why = why.into_iter().map(|line| view! { <li>{line}</li> }).collect::<Vec<_>>();
    let uses = match (&does.quote, &does.refusal) {
        (Some(quote), _) => {
            let points = texts::points(&formats, quote.points);
            let left = texts::points(&formats, sample.available.saturating_sub(quote.points));
            let told =
                tf("program.could_use", &[("points", &points), ("money", &formats.money(quote.discount))]);
            let bounds = quote.bounds.iter().filter_map(bound).map(|one| teller.say(&one));
            let bounds: Vec<_> = bounds.map(|one| view! { <li>{one}</li> }).collect();
            view! {
                <p class="preview-use">{told}</p>
                <ul>{bounds}<li>{tf("program.left_after", &[("points", &left)])}</li></ul>
            }
            .into_any()
        }
        (None, Some(refused)) => {
            view! { <p class="preview-use soft">{teller.say(&refusal(refused))}</p> }.into_any()
        }
        (None, None) => ().into_any(),
    };
    let stamped = does.stamps.iter().filter(|look| look.outcome == Stamping::Stamped).count();
    let stamped = (stamped > 0).then(|| {
        view! { <Badge tone=Tone::Good>{texts::tn("program.stamps", i64::try_from(stamped).unwrap_or_default())}</Badge> }
    });
    let level = level_of(program, sample.spent).ok().flatten().and_then(|standing| standing.reached.cloned());
    let level = level.and_then(|level| level.name).map(|name: Text| {
        view! { <Badge tone=Tone::Info>{name.get(texts::locale()).to_owned()}</Badge> }
    });
    let statuses = program.earning.award_statuses.join(", ");
    let note = is_last_right.then(|| view! { <Note tone=Tone::Warn>{t("program.preview_last")}</Note> });
    let waits = waits.then(|| view! { <p class="soft">{tf("program.once", &[("statuses", &statuses)])}</p> });
    view! {
        {note}
        <div class="earned">
            <strong>{texts::points(&formats, does.points)}</strong>
            <span>{tf("program.earned_of", &[("worth", &formats.money(worth)), ("value", &formats.money(*value))])}</span>
            <span class="earned-badges">{stamped}{level}</span>
        </div>
        {waits}
        <h3>{t("program.why")}</h3>
        <ul class="why">{why}</ul>
        <h3>{t("program.could")}</h3>
        {uses}
    }
    .into_any()
}

/// A number of the sample that is not below 0.
fn at_least(number: Option<i64>, least: i64) -> i64 {
    number.unwrap_or(least).max(least)
}

fn fields(doc: Document, kept: RwSignal<Option<Sample>>) -> AnyView {
    let with = move |change: &dyn Fn(&mut Sample)| {
        kept.update(|sample| {
            if let Some(sample) = sample {
                change(sample);
            }
        });
    };
    let read =
        move |look: fn(&Sample) -> i64| Signal::derive(move || kept.with(|sample| sample.as_ref().map(look)));
    let words = move |look: fn(&Sample) -> &str| {
        Signal::derive(move || {
            kept.with(|sample| sample.as_ref().map_or_else(String::new, |sample| look(sample).to_owned()))
        })
    };
    let currency = doc.text("currency");
    let money = MaybeProp::derive(move || Some(currency.get()));
    let count =
        Memo::new(move |_| kept.with(|sample| sample.as_ref().map_or(0, |sample| sample.lines.len())));
    let line = move |at: usize| {
        let of = move |sample: &Sample| sample.lines.get(at).cloned();
        let line = Memo::new(move |_| kept.with(|sample| sample.as_ref().and_then(of)));
        let change = move |change: &dyn Fn(&mut Bought)| {
            with(&|sample| {
                if let Some(line) = sample.lines.get_mut(at) {
                    change(line);
                }
            });
        };
        let number = (at + 1).to_string();
        let text = move |look: fn(&Bought) -> String| {
            Signal::derive(move || line.get().as_ref().map(look).unwrap_or_default())
        };
        view! {
            <li class="bought">
                <div class="level-head">
                    <h3>{tf("program.line_n", &[("n", &number)])}</h3>
                    <button type="button" class="icon-button" aria-label=tf("program.line_remove", &[("n", &number)])
                        on:click=move |_| with(&|sample| { if at < sample.lines.len() { sample.lines.remove(at); } })>{icon(Icon::Bin)}</button>
                </div>
                <div class="row narrow">
                    <NumberField label=t("program.s.quantity") value=Signal::derive(move || line.get().map(|line| line.quantity))
                        on_change=move |number| change(&|line| line.quantity = at_least(number, 0)) />
                    <MoneyField label=t("program.s.price") currency=money value=Signal::derive(move || line.get().map(|line| line.price))
                        on_change=move |minor| change(&|line| line.price = at_least(minor, 0)) />
                    <TextField label=t("program.s.product") value=text(|line| line.product.clone())
                        on_input=move |text: String| change(&|line| line.product.clone_from(&text)) />
                    <TextField label=t("program.s.categories") value=text(|line| line.categories.clone())
                        on_input=move |text: String| change(&|line| line.categories.clone_from(&text)) />
                </div>
            </li>
        }
    };
    let lines = move || (0..count.get()).map(line).collect::<Vec<_>>();
    let add = move |()| {
        with(&|sample| {
            let price = sample.lines.last().map_or(1_000, |line| line.price);
            let product = format!("sku-{}", sample.lines.len() + 1);
            sample.lines.push(Bought { product, categories: String::new(), quantity: 1, price });
        });
    };
    let statuses = Signal::derive(move || {
        let mut known: Vec<String> = doc
            .get("earning.award_statuses")
            .get()
            .and_then(|list| {
                Some(list.as_array()?.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
            })
            .unwrap_or_default();
        for word in ["placed", CANCELLED] {
            if !known.iter().any(|one| one == word) {
                known.push(word.to_owned());
            }
        }
        let mut choices = vec![(String::new(), t("program.s.status_any"))];
        choices.extend(known.into_iter().map(|word| (word.clone(), word)));
        choices
    });
    let named = |kind: &str, list: &[&str]| -> Signal<Vec<(String, String)>> {
        let all: Vec<_> =
            list.iter().map(|word| ((*word).to_owned(), t(&format!("program.{kind}.{word}")))).collect();
        Signal::stored(all)
    };
    view! {
        <Card title=t("program.sample")>
            <div class="form sample">
                <ol class="levels">{lines}</ol>
                <div><Button kind=Kind::Quiet picture=Icon::Plus on_press=add>{t("program.line_add")}</Button></div>
                <div class="row narrow">
                    <MoneyField label=t("program.s.shipping") currency=money value=read(|sample| sample.shipping) on_change=move |minor| with(&|sample| sample.shipping = at_least(minor, 0)) />
                    <TextField label=t("program.s.day") kind="date" value=words(|sample| &sample.day) on_input=move |day: String| with(&|sample| sample.day.clone_from(&day)) />
                    <Select label=t("program.s.status") choices=statuses value=words(|sample| &sample.status) on_change=move |word: String| with(&|sample| sample.status.clone_from(&word)) />
                    <PercentField label=t("program.s.tax") value=read(|sample| sample.tax_bps) on_change=move |bps| with(&|sample| sample.tax_bps = at_least(bps, 0)) />
                    <Select label=t("program.s.channel") choices=named("channel", &["online", "phone", "store"]) value=words(|sample| &sample.channel) on_change=move |word: String| with(&|sample| sample.channel.clone_from(&word)) />
                    <Select label=t("program.s.payment") choices=named("payment", &["card", "bank_transfer", "cash_on_delivery", "other"]) value=words(|sample| &sample.payment) on_change=move |word: String| with(&|sample| sample.payment.clone_from(&word)) />
                </div>
                <p class="help">{t("program.s.no_matter")}</p>
                <h3>{t("program.shopper")}</h3>
                <div class="row narrow">
                    <NumberField label=t("program.s.available") value=read(|sample| sample.available) on_change=move |number| with(&|sample| sample.available = at_least(number, 0)) />
                    <MoneyField label=t("program.s.spent") currency=money value=read(|sample| sample.spent) on_change=move |minor| with(&|sample| sample.spent = at_least(minor, 0)) />
                    <TextField label=t("program.s.groups") value=words(|sample| &sample.groups) on_input=move |text: String| with(&|sample| sample.groups.clone_from(&text)) />
                </div>
            </div>
        </Card>
    }
    .into_any()
}
