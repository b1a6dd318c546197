//! What stands below every page that edits the program: how many changes there are, how many fields are wrong, and the way to
//! publish; how far the draft is, and the conflicts of two people at once.

use leptos::prelude::*;

use super::document::{Unit, document, sentence};
use super::draft::DraftState;
use super::{inputs, path};
use crate::texts::{find, t, tn};
use crate::ui::{Button, Confirm, Icon, Kind, icon};
use crate::{browser, shell};

/// The page on which a path is edited, below `/console`.
pub fn page_of(at: &str) -> &'static str {
    const PAGES: [(&str, &str); 8] = [
        ("earning", "program/earning"),
        ("redemption", "program/using"),
        ("expiry", "program/expiry"),
        ("refunds", "program/expiry"),
        ("bonuses", "program/bonuses"),
        ("stamp_cards", "program/stamp-cards"),
        ("missions", "missions"),
        ("referrals", "invitations"),
    ];
    let found = PAGES.iter().find(|(part, _)| path::is_within(at, part));
    found.map_or("program/basics", |(_, page)| *page)
}

/// What a place is called: `Ways to earn › 2 › Points`.
pub fn place(at: &str) -> String {
    let kind = path::kind(at);
    let name = inputs::label(&kind);
    let number = at.split('[').nth(1).and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
    let part = at.split(['.', '[', '{']).next().unwrap_or_default();
    let part = find(&format!("program.part.{part}")).unwrap_or_else(|| part.to_owned());
    match number {
        Some(number) => format!("{part} {} · {name}", number + 1),
        None => format!("{part} · {name}"),
    }
}

/// Changes, faults, discard and publish; it stays at the lower edge of the window.
#[component]
pub fn PublishBar(
    /// Whether there is a preview further down, for phones.
    #[prop(optional)]
    has_preview: bool,
) -> impl IntoView {
    let doc = document();
    let changes = doc.changes();
    let faults = Memo::new(move |_| doc.checked().with(|checked| checked.faults.clone()));
    let count = move || i64::try_from(changes.with(Vec::len)).unwrap_or(i64::MAX);
    let wrong = move || i64::try_from(faults.with(|faults| faults.len())).unwrap_or(i64::MAX);
    let asks = RwSignal::new(false);
    let shows = RwSignal::new(false);
    let blocked = Signal::derive(move || changes.with(Vec::is_empty) || wrong() > 0);
    let list = move || {
        (shows.get() && wrong() > 0).then(|| {
            let all = faults.get();
            let links = all.iter().map(|fault| {
                let (at, said) = (fault.path.clone(), sentence("fault", fault, Unit::Number));
                let go = shell::go(page_of(&at));
                let name = place(&at);
                let press = move |_| {
                    go();
                    inputs::focus(&at);
                };
                view! { <li><button type="button" on:click=press><strong>{name}</strong><span>{said}</span></button></li> }
            });
            view! { <ul class="wrong-list" id="wrong-list">{links.collect::<Vec<_>>()}</ul> }
        })
    };
    let said = move || {
        let changed = count();
        if changed == 0 { t("program.no_changes") } else { tn("program.changes", changed) }
    };
    let problems = move || {
        (wrong() > 0).then(|| {
            view! {
                <button type="button" class="bar-wrong" aria-expanded=move || shows.get().to_string() aria-controls="wrong-list"
                    on:click=move |_| shows.update(|shows| *shows = !*shows)>
                    {icon(Icon::Warning)}
                    {move || tn("program.to_correct", wrong())}
                </button>
            }
        })
    };
    let discard = move || {
        (count() > 0).then(|| view! { <Button kind=Kind::Quiet on_press=move |()| asks.set(true)>{t("program.discard")}</Button> })
    };
    let try_it = has_preview.then(
        || view! { <button type="button" class="button bar-try" on:click=move |_| browser::focus("preview")>{t("program.preview")}</button> },
    );
    view! {
        <div class="publish-bar" class:idle=move || count() == 0>
            {list}
            <div class="bar-row">
                <span class="bar-said">
                    <span role="status">{said}</span>
                    <DraftState />
                </span>
                {problems}
                <span class="bar-buttons">
                    {try_it}
                    {discard}
                    <Button kind=Kind::Primary busy=doc.publishing() disabled=blocked on_press=move |()| doc.publish()>{t("program.publish")}</Button>
                </span>
            </div>
            <Confirm
                open=asks
                title=t("program.discard_title")
                text=t("program.discard_text")
                action=t("program.discard")
                on_confirm=move |()| {
                    doc.discard();
                    asks.set(false);
                }
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_page() {
        assert_eq!(page_of("earning.programs[1].rate.every"), "program/earning");
        assert_eq!(page_of("stamp_cards[0].reward.bps"), "program/stamp-cards");
        assert_eq!(page_of("refunds.grace_days"), "program/expiry");
        assert_eq!(page_of("missions[3].points"), "missions");
        assert_eq!(page_of("currency"), "program/basics");
    }
}
