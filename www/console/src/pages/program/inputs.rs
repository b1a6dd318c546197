//! Fields that know the document: what they hold, what is wrong with it and what may surprise.
//!
//! A field is its path. Its label is `program.f.PATH` (without places; or as much of its end as there is a text for), its help
//! `program.f.PATH.help`; the names of choices are `program.c.PATH.WORD`. What cannot be read as a number is kept as it was typed, and is a fault like any other: nothing
//! is published that somebody sees and did not mean.

use leptos::prelude::*;
use serde_json::{Map, Value, json};

use super::document::{Document, Unit, sentence};
use super::path;
use crate::texts::{self, find, t, tf, tn};
use crate::ui::{Frame, Icon, Select, TextArea, TextField, Toggle, icon, next_id, read_number, written};
use crate::{browser, session};

/// A text for a path: of the whole of it (`earning.programs.from`), or of as much of its end as there is one for (`from`).
fn text_of(prefix: &str, at: &str, suffix: &str) -> Option<String> {
    let kind = path::kind(at);
    let mut rest = kind.as_str();
    loop {
        if let Some(text) = find(&format!("program.{prefix}.{rest}{suffix}")) {
            return Some(text);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// What a field is called.
pub fn label(at: &str) -> String {
    text_of("f", at, "").unwrap_or_else(|| path::kind(at))
}

fn help(at: &str) -> String {
    text_of("f", at, ".help").unwrap_or_default()
}

/// Around a field: its place in the page, by its path, and what may surprise.
fn placed(doc: Document, at: &str, field: AnyView) -> AnyView {
    let warning = doc.warning(at);
    view! {
        <div class="at" data-path=at.to_owned()>
            {field}
            {move || warning.get().map(|text| view! { <p class="surprise">{icon(Icon::Warning)}{text}</p> })}
        </div>
    }
    .into_any()
}

/// What is wrong with, and what may surprise of, something that is no field by itself: a rate, a list, a mission's kind.
pub fn said_of(doc: Document, at: &str) -> AnyView {
    let (fault, warning) = (doc.fault(at, Unit::Number), doc.warning(at));
    view! {
        {move || fault.get().map(|text| view! { <p class="fault">{icon(Icon::Warning)}{text}</p> })}
        {move || warning.get().map(|text| view! { <p class="surprise">{icon(Icon::Warning)}{text}</p> })}
    }
    .into_any()
}

/// Moves the focus to the field of a path, once it is there: the field itself, or the part that it would be in.
pub fn focus(at: &str) {
    let at = at.split('{').next().unwrap_or_default().to_owned();
    let find = move || {
        let document = web_sys::window()?.document()?;
        let mut wanted = at.as_str();
        loop {
            let place = format!("[data-path=\"{}\"]", wanted.replace(['"', '\\'], ""));
            if let Ok(Some(found)) = document.query_selector(&place) {
                let inner = found.query_selector("input, select, textarea, button").ok().flatten();
                return Some(inner.unwrap_or(found));
            }
            wanted = wanted.get(..wanted.rfind(['.', '['])?)?;
        }
    };
    set_timeout(
        move || {
            use wasm_bindgen::JsCast;
            if let Some(element) = find().and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
                element.scroll_into_view();
                let _ = element.focus();
            }
        },
        std::time::Duration::from_millis(120),
    );
}

/// A number, money or a share. `empty` is what stands in it where nothing does: `no_limit`.
fn numeric(doc: Document, at: &str, unit: Unit, tail: Option<String>, empty: &str) -> AnyView {
    let digits = match unit {
        Unit::Number => 0,
        Unit::Money => untrack(|| doc.formats().digits()),
        Unit::Percent => 2,
    };
    let typed = RwSignal::new(None::<String>);
    let kept = doc.get(at);
    let shown = Signal::derive(move || {
        typed.get().unwrap_or_else(|| match kept.get() {
            Some(Value::String(text)) => text,
            Some(value) => value.as_i64().map_or_else(|| value.to_string(), |number| written(number, digits)),
            None => String::new(),
        })
    });
    let tail = match unit {
        Unit::Money => {
            let currency = doc.text("currency");
            MaybeProp::derive(move || Some(currency.get()))
        }
        Unit::Percent => Some("%".to_owned()).into(),
        Unit::Number => tail.into(),
    };
    let place = at.to_owned();
    let field = view! {
        <TextField
            label=label(at)
            help=help(at)
            value=shown
            error=doc.fault(at, unit)
            unit=tail
            placeholder=if empty.is_empty() { String::new() } else { t(&format!("program.{empty}")) }
            inputmode=if digits == 0 { "numeric" } else { "decimal" }
            on_input=move |text: String| {
                doc.set(&place, match read_number(&text, digits) {
                    Ok(number) => number.map_or(Value::Null, Value::from),
                    Err(_) => Value::String(text.clone()),
                });
                typed.set(Some(text));
            }
            on_leave=move |()| typed.set(None)
        />
    };
    placed(doc, at, field.into_any())
}

/// A whole number.
pub fn number(doc: Document, at: &str) -> AnyView {
    numeric(doc, at, Unit::Number, None, "")
}

/// A whole number of something: `program.unit.KEY` stands behind it.
pub fn number_of(doc: Document, at: &str, unit: &str) -> AnyView {
    numeric(doc, at, Unit::Number, Some(t(&format!("program.unit.{unit}"))), "")
}

/// A whole number without which there is no limit.
pub fn limit(doc: Document, at: &str) -> AnyView {
    numeric(doc, at, Unit::Number, None, "no_limit")
}

/// Money.
pub fn money(doc: Document, at: &str) -> AnyView {
    numeric(doc, at, Unit::Money, None, "")
}

/// Money without which there is no limit.
pub fn money_limit(doc: Document, at: &str) -> AnyView {
    numeric(doc, at, Unit::Money, None, "no_limit")
}

/// A share.
pub fn percent(doc: Document, at: &str) -> AnyView {
    numeric(doc, at, Unit::Percent, None, "")
}

/// A share without which there is no limit.
pub fn percent_limit(doc: Document, at: &str) -> AnyView {
    numeric(doc, at, Unit::Percent, None, "no_limit")
}

/// One line of text.
pub fn text(doc: Document, at: &str) -> AnyView {
    typed_text(doc, at, "text")
}

/// A local day.
pub fn date(doc: Document, at: &str) -> AnyView {
    typed_text(doc, at, "date")
}

fn typed_text(doc: Document, at: &str, kind: &'static str) -> AnyView {
    let place = at.to_owned();
    let field = view! {
        <TextField
            label=label(at)
            help=help(at)
            kind=kind
            value=doc.text(at)
            error=doc.fault(at, Unit::Number)
            on_input=move |text: String| doc.set(&place, if text.is_empty() { Value::Null } else { text.into() })
        />
    };
    placed(doc, at, field.into_any())
}

/// A switch.
pub fn switch(doc: Document, at: &str, otherwise: bool) -> AnyView {
    let place = at.to_owned();
    let field = view! {
        <Toggle
            label=label(at)
            help=help(at)
            value=doc.flag(at, otherwise)
            error=doc.fault(at, Unit::Number)
            on_change=move |on: bool| doc.set(&place, on)
        />
    };
    placed(doc, at, field.into_any())
}

/// Choices of a field with their names.
pub fn choices(at: &str, words: &[&str]) -> Vec<(String, String)> {
    let name = |word: &str| text_of("c", at, &format!(".{word}")).unwrap_or_else(|| word.to_owned());
    words.iter().map(|word| ((*word).to_owned(), name(word))).collect()
}

/// One of several words. What a choice means is said below it: `program.c.PATH.WORD.help`.
pub fn choose(doc: Document, at: &str, otherwise: &'static str, words: &'static [&'static str]) -> AnyView {
    let place = at.to_owned();
    choose_with(doc, at, doc.word(at, otherwise), words, move |word| doc.set(&place, word))
}

/// The same, where choosing does more than to put the word there.
pub fn choose_with(
    doc: Document,
    at: &str,
    value: Signal<String>,
    words: &'static [&'static str],
    on_change: impl Fn(String) + Send + Sync + 'static,
) -> AnyView {
    let (names, own) = (choices(at, words), at.to_owned());
    let means = move || text_of("c", &own, &format!(".{}.help", value.get()));
    let field = view! {
        <Select
            label=label(at)
            help=help(at)
            choices=Signal::stored(names)
            value=value
            error=doc.fault(at, Unit::Number)
            on_change=on_change
        />
        {move || means().map(|means| view! { <p class="means">{means}</p> })}
    };
    placed(doc, at, field.into_any())
}

/// A list of words: ids, groups, statuses. Enter or a comma adds one; what is pasted is taken apart.
pub fn words(doc: Document, at: &str, known: &'static [&'static str]) -> AnyView {
    let draft = RwSignal::new(String::new());
    let place = at.to_owned();
    let error = {
        let place = place.clone();
        let found = Memo::new(move |_| {
            doc.checked().with(|checked| {
                let own = checked.faults.iter().find(|fault| path::is_within(&fault.path, &place));
                own.map(|fault| sentence("fault", fault, Unit::Number))
            })
        });
        MaybeProp::derive(move || found.get())
    };
    let frame = Frame::new(&help(at), error);
    let id = frame.id.clone();
    let read = doc.get(at);
    let all = Memo::new(move |_| {
        let found = read.get().and_then(|value| value.as_array().cloned()).unwrap_or_default();
        found
            .iter()
            .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
            .collect::<Vec<_>>()
    });
    let put = {
        let place = place.clone();
        move |words: Vec<String>| doc.set(&place, Value::from(words))
    };
    let add = {
        let put = put.clone();
        move |text: &str| {
            let mut words = all.get_untracked();
            for word in text.split([',', ';', '\n', '\t']).map(str::trim).filter(|word| !word.is_empty()) {
                if !words.iter().any(|known| known == word) {
                    words.push(word.to_owned());
                }
            }
            draft.set(String::new());
            put(words);
        }
    };
    let remove = {
        let (put, id) = (put, id.clone());
        move |at: usize| {
            let mut words = all.get_untracked();
            if at < words.len() {
                words.remove(at);
                put(words);
                browser::focus(&id);
            }
        }
    };
    let suggestions = format!("{id}s");
    let chips = {
        let remove = remove.clone();
        move || {
            let remove = remove.clone();
            let chips = all.get().into_iter().enumerate().map(move |(at, word)| {
                let remove = remove.clone();
                let title = tf("program.remove_word", &[("word", &word)]);
                view! {
                    <li class="chip">
                        <span>{word}</span>
                        <button type="button" aria-label=title on:click=move |_| remove(at)>{icon(Icon::Close)}</button>
                    </li>
                }
            });
            chips.collect::<Vec<_>>()
        }
    };
    let (typed, left, pressed) = (add.clone(), add.clone(), add);
    let control = view! {
        <div class="words">
            <ul>{chips}</ul>
            <input
                id=id.clone()
                type="text"
                autocomplete="off"
                list=suggestions.clone()
                placeholder=t("program.add_word")
                aria-label=label(at)
                aria-describedby=frame.described()
                aria-invalid=frame.invalid()
                prop:value=move || draft.get()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    if text.contains([',', ';', '\n', '\t']) { typed(&text) } else { draft.set(text) }
                }
                on:keydown=move |event| match event.key().as_str() {
                    "Enter" => {
                        event.prevent_default();
                        pressed(&draft.get_untracked());
                    }
                    "Backspace" if draft.get_untracked().is_empty() => {
                        if let Some(last) = all.get_untracked().len().checked_sub(1) {
                            remove(last);
                        }
                    }
                    _ => {}
                }
                on:change=move |_| {
                    let text = draft.get_untracked();
                    if !text.is_empty() {
                        left(&text);
                    }
                }
            />
            <datalist id=suggestions>
                {known.iter().map(|word| view! { <option value=*word></option> }).collect::<Vec<_>>()}
            </datalist>
        </div>
    };
    placed(doc, at, frame.around(label(at), help(at), control.into_any()))
}

/// Which products or categories count: all, only some, or all but some.
pub fn condition(doc: Document, at: &str) -> AnyView {
    let place = at.to_owned();
    let way = doc.word(format!("{at}.match"), "all");
    let chosen = {
        let place = place.clone();
        move |word: String| {
            let ids = doc.peek(&format!("{place}.ids")).unwrap_or_else(|| json!([]));
            let new = if word == "all" { Value::Null } else { json!({ "match": word, "ids": ids }) };
            doc.set(&place, new);
        }
    };
    let is_some = Memo::new(move |_| way.get() != "all");
    view! {
        {choose_with(doc, at, way, &["all", "any_of", "none_of"], chosen)}
        {move || is_some.get().then(|| words(doc, &format!("{place}.ids"), &[]))}
    }
    .into_any()
}

/// A text that people read: one for all languages, or one for each.
pub fn people_read(doc: Document, at: &str, is_long: bool) -> AnyView {
    let place = StoredValue::new(at.to_owned());
    let kept = doc.get(at);
    // Languages that were asked for, and have no text yet.
    let asked = RwSignal::new(Vec::<String>::new());
    let languages = Memo::new(move |_| {
        let mut known: Vec<String> = match kept.get() {
            Some(Value::Object(texts)) => texts.keys().cloned().collect(),
            _ => Vec::new(),
        };
        asked.with(|asked| {
            known.extend(asked.iter().filter(|tag| !known.contains(tag)).cloned().collect::<Vec<_>>());
        });
        // The same order whether there is a text yet or not: a field that is being typed into stays where it is.
        known.sort();
        known
    });
    let by_language = move |tag: String| {
        let here = tag.clone();
        let value = Signal::derive(move || {
            let kept = kept.get();
            kept.as_ref().and_then(|texts| texts.get(&here)?.as_str()).unwrap_or_default().to_owned()
        });
        let at = format!("{}.{tag}", place.get_value());
        let name = browser::display(texts::locale(), "language", &tag);
        let title = format!("{} · {name}", label(&place.get_value()));
        let error = doc.fault(at, Unit::Number);
        let (typed, gone) = (tag.clone(), tag.clone());
        let set = move |text: String| {
            let mut texts = match kept.get_untracked() {
                Some(Value::Object(texts)) => texts,
                _ => Map::new(),
            };
            if !asked.with_untracked(|asked| asked.contains(&typed)) {
                asked.update(|asked| asked.push(typed.clone()));
            }
            if text.is_empty() {
                texts.remove(&typed)
            } else {
                texts.insert(typed.clone(), text.into())
            };
            let new = if texts.is_empty() { Value::Null } else { Value::Object(texts) };
            doc.set(place.get_value(), new);
        };
        let drop = move |_| {
            asked.update(|asked| asked.retain(|tag| *tag != gone));
            if let Some(Value::Object(mut texts)) = kept.get_untracked() {
                texts.remove(&gone);
                doc.set(place.get_value(), if texts.is_empty() { Value::Null } else { Value::Object(texts) });
            }
        };
        let field = if is_long {
            view! { <TextArea label=title value=value error=error rows=3 on_input=set /> }.into_any()
        } else {
            view! { <TextField label=title value=value error=error on_input=set /> }.into_any()
        };
        view! {
            <div class="spoken">
                {field}
                <button type="button" class="icon-button" aria-label=tf("program.remove_language", &[("language", &name)]) on:click=drop>
                    {icon(Icon::Close)}
                </button>
            </div>
        }
        .into_any()
    };
    let one = move || {
        let value = Signal::derive(move || {
            kept.get().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
        });
        let set = move |text: String| {
            doc.set(place.get_value(), if text.is_empty() { Value::Null } else { text.into() });
        };
        let at = place.get_value();
        let error = doc.fault(at.clone(), Unit::Number);
        if is_long {
            view! { <TextArea label=label(&at) help=help(&at) value=value error=error rows=3 on_input=set /> }
                .into_any()
        } else {
            view! { <TextField label=label(&at) help=help(&at) value=value error=error on_input=set /> }
                .into_any()
        }
    };
    let more = move || {
        let known = languages.get();
        let left: Vec<String> = texts::locales().into_iter().filter(|tag| !known.contains(tag)).collect();
        let options = left.into_iter().map(|tag| {
            let name = browser::display(texts::locale(), "language", &tag);
            view! { <option value=tag>{name}</option> }
        });
        let options: Vec<_> = options.collect();
        let add = move |event| {
            let tag = event_target_value(&event);
            if tag.is_empty() {
                return;
            }
            // What was one text for all is now the text of the store's own language.
            if let Some(Value::String(text)) = kept.get_untracked() {
                let home =
                    untrack(session::current).map_or_else(|| "en".to_owned(), |session| session.locale);
                let mut texts = Map::new();
                texts.insert(home, text.into());
                doc.set(place.get_value(), Value::Object(texts));
            }
            asked.update(|asked| asked.push(tag));
        };
        (!options.is_empty()).then(|| {
            view! {
                <select class="add-language" aria-label=t("program.add_language") on:change=add>
                    <option value="">{t("program.add_language")}</option>
                    {options}
                </select>
            }
        })
    };
    let field = view! {
        {move || {
            let known = languages.get();
            if known.is_empty() { one() } else { known.into_iter().map(by_language).collect::<Vec<_>>().into_any() }
        }}
        {more}
    };
    placed(doc, at, view! { <div class="texts">{field}</div> }.into_any())
}

/// What is seldom needed: folded away, and open where something in it is wrong.
pub fn fold(doc: Document, title: &str, paths: Vec<String>, fields: AnyView) -> AnyView {
    let open = RwSignal::new(false);
    let wrong = Memo::new(move |_| {
        doc.checked().with(|checked| {
            checked
                .faults
                .iter()
                .filter(|fault| paths.iter().any(|own| path::is_within(&fault.path, own)))
                .count()
        })
    });
    Effect::new(move |_| {
        if wrong.get() > 0 {
            open.set(true);
        }
    });
    let id = next_id();
    let body = id.clone();
    let is_open = move || open.get() || wrong.get() > 0;
    view! {
        <div class="fold">
            <button
                type="button"
                class="fold-head"
                aria-expanded=move || is_open().to_string()
                aria-controls=body
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {icon(Icon::Next)}
                <span>{t(&format!("program.{title}"))}</span>
            </button>
            <div class="form" id=id hidden=move || !is_open()>{fields}</div>
        </div>
    }
    .into_any()
}

/// How many faults there are in a part, as a badge; nothing where there are none.
pub fn wrong_badge(doc: Document, above: impl Into<String>) -> AnyView {
    let wrong = doc.faults_within(above);
    let badge = move || {
        let count = i64::try_from(wrong.get()).unwrap_or(i64::MAX);
        (count > 0).then(|| view! { <span class="badge bad">{tn("program.to_correct", count)}</span> })
    };
    badge.into_any()
}
