//! Lists of the document: ways to earn, levels, stamp cards, missions. Each item can be opened and closed, moved by dragging
//! and by buttons, and taken out; what was taken out last can be put back.

use leptos::prelude::*;
use serde_json::Value;

use super::document::Document;
use super::inputs::wrong_badge;
use crate::browser;
use crate::texts::{t, tf};
use crate::ui::{Badge, Button, Icon, Kind, icon, next_id};

/// What an item shows while it is closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Head {
    /// What it is called.
    pub title: String,
    /// What it does, in words.
    pub summary: String,
    /// Whether it is switched off.
    pub is_off: bool,
    /// Its picture.
    pub picture: Option<Picture>,
}

/// A picture: of one colour, which is the text's then, or of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Where it is, from the server's root.
    pub address: String,
    /// Whether it has the text's colour.
    pub is_mask: bool,
}

/// A picture beside words that say what it is.
pub fn picture(Picture { address, is_mask }: Picture) -> AnyView {
    if is_mask {
        let mask = format!("url(\"{address}\")");
        view! { <span class="mask-picture" aria-hidden="true"><span style:mask-image=mask></span></span> }
            .into_any()
    } else {
        view! { <img class="item-picture" src=address alt="" width="40" height="40" /> }.into_any()
    }
}

/// How a list is shown.
pub struct Items {
    /// Its path.
    pub list: &'static str,
    /// What of an item is seen while it is closed.
    pub head: fn(Document, &Value) -> Head,
    /// Its fields, by its path.
    pub body: fn(Document, &str) -> AnyView,
}

/// The items of a list. `opened` is the place of one that has just been added.
pub fn items(doc: Document, Items { list, head, body }: Items, opened: RwSignal<Option<usize>>) -> AnyView {
    let count = doc.len(list);
    // A number for each item, which goes with it wherever it is moved.
    let keys = RwSignal::new(Vec::<u32>::new());
    let next = StoredValue::new(0_u32);
    let open = RwSignal::new(Vec::<u32>::new());
    let fresh = move || {
        let key = next.get_value();
        next.set_value(key.wrapping_add(1));
        key
    };
    let group = next_id();
    let added = group.clone();
    Effect::new(move |_| {
        let count = count.get();
        let just = opened.get();
        let mut known = keys.get_untracked();
        if known.len() != count {
            known.resize_with(count, fresh);
            keys.set(known.clone());
        }
        if let Some(key) = just.and_then(|at| known.get(at).copied()) {
            open.update(|open| open.push(key));
            opened.set(None);
            browser::focus(&format!("{added}o{key}"));
        }
    });
    let said = RwSignal::new(String::new());
    let name_at = move |at: usize| {
        let item = doc.peek(&format!("{list}[{at}]")).unwrap_or_default();
        untrack(|| head(doc, &item)).title
    };
    let shift = {
        let group = group.clone();
        move |from: usize, to: usize| {
            if to >= keys.with_untracked(Vec::len) || from == to {
                return;
            }
            let name = name_at(from);
            keys.update(|keys| {
                let key = keys.remove(from);
                keys.insert(to, key);
            });
            doc.shift(list, from, to);
            let (place, of) = ((to + 1).to_string(), count.get_untracked().to_string());
            said.set(tf("program.moved", &[("name", &name), ("place", &place), ("of", &of)]));
            // The same button of the item, where it is now; at an end, the other one.
            let way = if to > from { "d" } else { "u" };
            let last = count.get_untracked().saturating_sub(1);
            let way = match (to, way) {
                (0, "u") => "d",
                (to, "d") if to == last => "u",
                _ => way,
            };
            browser::focus(&format!("{group}{way}{to}"));
        }
    };
    let remove = {
        let group = group.clone();
        move |at: usize| {
            keys.update(|keys| {
                keys.remove(at);
            });
            doc.remove(list, at);
            browser::focus(&format!("{group}undo"));
        }
    };
    let dragged = RwSignal::new(None::<usize>);
    let group_of_items = group.clone();
    let one = move |(at, key): (usize, u32)| {
        let group = group_of_items.clone();
        let path = format!("{list}[{at}]");
        let item = doc.get(path.clone());
        let shown = Memo::new(move |_| head(doc, &item.get().unwrap_or_default()));
        let wrong = doc.faults_within(path.clone());
        Effect::new(move |_| {
            if wrong.get() > 0 && !open.with_untracked(|open| open.contains(&key)) {
                open.update(|open| open.push(key));
            }
        });
        let is_open = Memo::new(move |_| wrong.get() > 0 || open.with(|open| open.contains(&key)));
        let toggle = move |_| {
            open.update(|open| {
                if open.contains(&key) { open.retain(|known| *known != key) } else { open.push(key) }
            });
        };
        let id = format!("{group}b{key}");
        let is_last = move || count.get() <= at + 1;
        let (up, down, drop) = (shift.clone(), shift.clone(), shift.clone());
        let remove = remove.clone();
        let title = move |key: &str| {
            let key = format!("program.{key}");
            move || tf(&key, &[("name", &shown.get().title)])
        };
        let fields = {
            let path = path.clone();
            move || is_open.get().then(|| view! { <div class="form item-body">{body(doc, &path)}</div> })
        };
        let badge_path = path.clone();
        view! {
            <li
                class="item"
                class:dragged=move || dragged.get() == Some(at)
                data-path=path
                on:dragover=move |event| {
                    if dragged.get_untracked().is_some() {
                        event.prevent_default();
                    }
                }
                on:drop=move |event| {
                    event.prevent_default();
                    if let Some(from) = dragged.get_untracked() {
                        dragged.set(None);
                        drop(from, at);
                    }
                }
            >
                <div class="item-head">
                    <span
                        class="grip"
                        draggable="true"
                        aria-hidden="true"
                        on:dragstart=move |event| {
                            if let Some(data) = event.data_transfer() {
                                let _ = data.set_data("text/plain", &at.to_string());
                                data.set_effect_allowed("move");
                            }
                            dragged.set(Some(at));
                        }
                        on:dragend=move |_| dragged.set(None)
                    >
                        {icon(Icon::Grip)}
                    </span>
                    <button id=format!("{group}o{key}") type="button" class="item-open" aria-expanded=move || is_open.get().to_string() aria-controls=id.clone() on:click=toggle>
                        {move || shown.get().picture.map(picture)}
                        <span class="item-words">
                            <strong>{move || shown.get().title}</strong>
                            <span class="soft">{move || shown.get().summary}</span>
                        </span>
                        <span class="item-badges">
                            {move || shown.get().is_off.then(|| view! { <Badge>{t("shell.off")}</Badge> })}
                            {wrong_badge(doc, badge_path)}
                        </span>
                    </button>
                    <div class="item-tools">
                        <button id=format!("{group}u{at}") type="button" class="icon-button" disabled=at == 0
                            aria-label=title("move_up") on:click=move |_| up(at, at.saturating_sub(1))>{icon(Icon::Up)}</button>
                        <button id=format!("{group}d{at}") type="button" class="icon-button" disabled=is_last
                            aria-label=title("move_down") on:click=move |_| down(at, at + 1)>{icon(Icon::Down)}</button>
                        <button type="button" class="icon-button" aria-label=title("remove") on:click=move |_| remove(at)>{icon(Icon::Bin)}</button>
                    </div>
                </div>
                <div id=id>{fields}</div>
            </li>
        }
    };
    let undo_id = format!("{group}undo");
    let again = group.clone();
    let undo = move || {
        let removed = doc.removed().get().filter(|removed| removed.list == list)?;
        let name = head(doc, &removed.item).title;
        let back_to = again.clone();
        let back = move |()| {
            let key = fresh();
            keys.update(|keys| keys.insert(removed.at.min(keys.len()), key));
            doc.undo();
            browser::focus(&format!("{back_to}o{key}"));
        };
        Some(view! {
            <div class="undo" id=undo_id.clone() tabindex="-1" role="status">
                <span>{tf("program.removed", &[("name", &name)])}</span>
                <Button kind=Kind::Quiet on_press=back>{t("program.undo")}</Button>
            </div>
        })
    };
    let placed = move || -> Vec<(usize, u32)> { keys.get().into_iter().enumerate().collect() };
    view! {
        <p class="unseen" aria-live="polite">{said}</p>
        {undo}
        <ol class="items">
            <For each=placed key=|both| *both children=one />
        </ol>
    }
    .into_any()
}

/// Items that are always open, in rows of fields: cashback levels.
pub fn rows(
    doc: Document,
    list: &str,
    name: &'static str,
    body: fn(Document, &str) -> AnyView,
    new: fn(Document, &str) -> Value,
) -> AnyView {
    let list = StoredValue::new(list.to_owned());
    let count = doc.len(list.get_value());
    let rows = move || {
        let all = (0..count.get()).map(|at| {
            let path = format!("{}[{at}]", list.get_value());
            let number = (at + 1).to_string();
            view! {
                <li class="level" data-path=path.clone()>
                    <div class="level-head">
                        <h3>{tf(&format!("program.{name}_n"), &[("n", &number)])}</h3>
                        <button type="button" class="icon-button" aria-label=tf(&format!("program.{name}_remove"), &[("n", &number)])
                            on:click=move |_| doc.remove(&list.get_value(), at)>{icon(Icon::Bin)}</button>
                    </div>
                    {body(doc, &path)}
                </li>
            }
        });
        all.collect::<Vec<_>>()
    };
    let undo = move || {
        let removed = doc.removed().get().filter(|removed| removed.list == list.get_value())?;
        let number = (removed.at + 1).to_string();
        let name = tf(&format!("program.{name}_n"), &[("n", &number)]);
        Some(view! {
            <div class="undo" role="status">
                <span>{tf("program.removed", &[("name", &name)])}</span>
                <Button kind=Kind::Quiet on_press=move |()| doc.undo()>{t("program.undo")}</Button>
            </div>
        })
    };
    let add = move |()| {
        let path = list.get_value();
        let item = new(doc, &path);
        doc.insert(&path, usize::MAX, item);
    };
    view! {
        <ol class="levels">{rows}</ol>
        {undo}
        <div><Button picture=Icon::Plus on_press=add>{t(&format!("program.{name}_add"))}</Button></div>
    }
    .into_any()
}
