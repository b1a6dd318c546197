//! The other letters: points for a mission, points that expire. Who they come from, which are sent, and in which words.

use std::collections::BTreeMap;

use fidela_protocol::messages::{LetterKind, LetterSettings, LetterText, Messages, Sender};
use leptos::prelude::*;
use serde_json::json;

use super::letter::{self, Defaults};
use super::words::{self, Template};
use crate::api::{self, Failure, Fault};
use crate::texts::{find, t, tf};
use crate::ui::{
    Button, Card, Kind, Note, Problems, Select, TextArea, TextField, Toggle, Tone, failed, load, toast,
};

/// What is edited here.
#[derive(Clone, Copy)]
struct Form {
    messages: RwSignal<Messages>,
    defaults: StoredValue<Defaults>,
    faults: RwSignal<Vec<Fault>>,
    letter: RwSignal<LetterKind>,
    language: RwSignal<String>,
}

impl Form {
    /// What is wrong with a field, in words.
    fn fault(self, path: impl Fn() -> String + Send + Sync + 'static) -> MaybeProp<String> {
        MaybeProp::derive(move || {
            let path = path();
            let is_here = |fault: &&Fault| {
                fault
                    .path
                    .strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
            };
            self.faults.with(|faults| faults.iter().find(is_here).map(sentence))
        })
    }

    /// The store's own text of the letter that is edited.
    fn own(self) -> LetterText {
        let (letter, language) = (self.letter.get(), self.language.get());
        let empty = || LetterText { subject: String::new(), body: String::new() };
        self.messages.with(|messages| {
            let own = messages.letters.get(letter.word()).and_then(|letter| letter.texts.get(&language));
            own.cloned().unwrap_or_else(empty)
        })
    }

    /// Fidela's.
    fn ours(self) -> LetterText {
        let (letter, language) = (self.letter.get(), self.language.get());
        let text = |which: &str| {
            self.defaults.with_value(|all| all.text(letter, &language, which)).unwrap_or_default()
        };
        LetterText { subject: text("subject"), body: text("body") }
    }

    /// Changes the text. A letter is one: where one half of it is the store's own, the other begins as ours.
    fn set(self, change: impl FnOnce(&mut LetterText)) {
        let (letter, language) = (self.letter.get_untracked(), self.language.get_untracked());
        let mut text = untrack(|| self.own());
        change(&mut text);
        self.faults.set(Vec::new());
        self.messages.update(|messages| {
            let settings = messages
                .letters
                .entry(letter.word().to_owned())
                .or_insert_with(|| LetterSettings { enabled: true, texts: BTreeMap::new() });
            if text.subject.is_empty() && text.body.is_empty() {
                settings.texts.remove(&language);
            } else {
                settings.texts.insert(language, text);
            }
        });
    }

    /// What is sent: no half of a letter is empty.
    fn whole(self) -> Messages {
        let mut messages = self.messages.get();
        for (name, settings) in &mut messages.letters {
            let Some(kind) = LetterKind::of_word(name) else { continue };
            for (language, text) in &mut settings.texts {
                let ours = |which: &str| {
                    self.defaults.with_value(|all| all.text(kind, language, which)).unwrap_or_default()
                };
                if text.subject.is_empty() {
                    text.subject = ours("subject");
                }
                if text.body.is_empty() {
                    text.body = ours("body");
                }
            }
        }
        messages
    }

    fn sender(self, change: impl FnOnce(&mut Sender)) {
        self.faults.set(Vec::new());
        self.messages.update(|messages| change(&mut messages.sender));
    }
}

fn sentence(fault: &Fault) -> String {
    let place = fault.path.split_once('{').map_or("", |(_, place)| place.trim_end_matches('}'));
    let key = format!("invitations.fault.{}", fault.code);
    if find(&key).is_some() {
        tf(&key, &[("place", place)])
    } else {
        tf("invitations.fault.other", &[("code", &fault.code)])
    }
}

/// The part of the page.
pub fn view() -> AnyView {
    let asked = load(letter::defaults);
    asked.view(move |defaults| {
        let form = Form {
            messages: RwSignal::new(defaults.messages.clone()),
            defaults: StoredValue::new(defaults.clone()),
            faults: RwSignal::new(Vec::new()),
            letter: RwSignal::new(LetterKind::MissionCompleted),
            language: words::language(),
        };
        let mute = (defaults.transport == "none")
            .then(|| view! { <Note tone=Tone::Warn><p>{t("invitations.letters.mute")}</p></Note> });
        let draft = Signal::derive(move || {
            let (own, ours) = (form.own(), form.ours());
            let or = |own: String, ours: String| if own.is_empty() { ours } else { own };
            let text = json!({ "subject": or(own.subject, ours.subject), "body": or(own.body, ours.body) });
            json!({
                "letter": form.letter.get().word(),
                "locale": form.language.get(),
                "text": text,
                "sender": form.messages.with(|messages| messages.sender.clone()),
            })
        });
        view! {
            {mute}
            <div class="columns halves">
                <div class="form">{text(form)} {sender(form)} {save(form)}</div>
                {letter::preview(draft)}
            </div>
        }
    })
}

/// Which letter, and its words.
fn text(form: Form) -> AnyView {
    let choices = || {
        [LetterKind::MissionCompleted, LetterKind::PointsExpiring]
            .map(|kind| (kind.word().to_owned(), t(&format!("invitations.letter.{}", kind.word()))))
            .to_vec()
    };
    let enabled = Signal::derive(move || form.messages.with(|messages| messages.sends(form.letter.get())));
    let path = move |half: &str| {
        format!("letters.{}.texts.{}.{half}", form.letter.get().word(), form.language.get())
    };
    let fields = move || {
        let places = form.letter.get().placeholders();
        view! {
            <Template
                label=t("invitations.subject")
                value=Signal::derive(move || form.own().subject)
                otherwise=Signal::derive(move || form.ours().subject)
                places=places
                error=form.fault(move || path("subject"))
                on_input=move |words: String| form.set(|text| text.subject = words)
            />
            <Template
                label=t("invitations.body")
                help=t("invitations.body_help")
                value=Signal::derive(move || form.own().body)
                otherwise=Signal::derive(move || form.ours().body)
                places=places
                rows=8
                error=form.fault(move || path("body"))
                on_input=move |words: String| form.set(|text| text.body = words)
            />
        }
    };
    view! {
        <Card title=t("invitations.letters.title") help=t("invitations.letters.help")>
            <div class="row">
                <Select
                    label=t("invitations.letter")
                    choices=Signal::derive(choices)
                    value=Signal::derive(move || form.letter.get().word().to_owned())
                    on_change=move |word: String| {
                        if let Some(kind) = LetterKind::of_word(&word) {
                            form.letter.set(kind);
                        }
                    }
                />
                {words::choose(form.language)}
            </div>
            <Toggle
                label=t("invitations.letter_on")
                value=enabled
                on_change=move |on: bool| {
                    let word = form.letter.get_untracked().word().to_owned();
                    form.messages.update(|messages| {
                        let letter = messages
                            .letters
                            .entry(word)
                            .or_insert_with(|| LetterSettings { enabled: true, texts: BTreeMap::new() });
                        letter.enabled = on;
                    });
                }
            />
            {fields}
            <p class="help">{t("invitations.empty_is_ours")}</p>
        </Card>
    }
    .into_any()
}

/// From whom letters come.
fn sender(form: Form) -> AnyView {
    let field = move |word: &'static str,
                      kind: &'static str,
                      get: fn(&Sender) -> Option<&String>,
                      set: fn(&mut Sender, Option<String>)| {
        let value = Signal::derive(move || {
            form.messages.with(|messages| get(&messages.sender).cloned().unwrap_or_default())
        });
        view! {
            <TextField
                label=t(&format!("invitations.sender.{word}"))
                help=t(&format!("invitations.sender.{word}_help"))
                kind=kind
                value=value
                error=form.fault(move || format!("sender.{word}"))
                on_input=move |text: String| form.sender(|sender| set(sender, some(text)))
            />
        }
    };
    let footer = Signal::derive(move || {
        form.messages.with(|messages| messages.sender.footer.clone().unwrap_or_default())
    });
    view! {
        <Card title=t("invitations.sender") help=t("invitations.sender_help")>
            <div class="row">
                {field("from_name", "text", |sender| sender.from_name.as_ref(), |sender, text| sender.from_name = text)}
                {field("from_email", "email", |sender| sender.from_email.as_ref(), |sender, text| sender.from_email = text)}
            </div>
            <div class="row">
                {field("reply_to", "email", |sender| sender.reply_to.as_ref(), |sender, text| sender.reply_to = text)}
                {field("shop_url", "url", |sender| sender.shop_url.as_ref(), |sender, text| sender.shop_url = text)}
            </div>
            <TextArea
                label=t("invitations.sender.footer")
                help=t("invitations.sender.footer_help")
                value=footer
                rows=2
                error=form.fault(|| "sender.footer".to_owned())
                on_input=move |text: String| form.sender(|sender| sender.footer = some(text))
            />
        </Card>
    }
    .into_any()
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

fn save(form: Form) -> AnyView {
    let busy = RwSignal::new(false);
    let count = Signal::derive(move || form.faults.with(Vec::len));
    let press = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let messages = untrack(|| form.whole());
            let saved = api::put::<Defaults>("/v1/messages", &messages).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(saved) => {
                    let _ = form.messages.try_set(saved.messages);
                    toast(Tone::Good, t("shell.saved"));
                }
                Err(Failure::Refused(problem)) if !problem.errors.is_empty() => {
                    let _ = form.faults.try_set(problem.errors);
                }
                Err(failure) => failed(&failure),
            }
        });
    };
    view! {
        <div class="publish">
            <Problems count=count />
            <div class="buttons"><Button kind=Kind::Primary busy=busy on_press=press>{t("shell.save")}</Button></div>
        </div>
    }
    .into_any()
}
