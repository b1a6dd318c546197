//! The letter that a friend gets: in the merchant's words or ours, seen as it will be.

use fidela_protocol::messages::LetterKind;
use leptos::prelude::*;
use serde_json::json;

use super::letter::{self, Defaults};
use super::words::{self, Words};
use crate::pages::program::document::document;
use crate::texts::t;
use crate::ui::{Card, load};

/// The part of the page.
pub fn view() -> AnyView {
    let doc = document();
    let language = words::language();
    let defaults = load(letter::defaults);
    let places = LetterKind::Invitation.placeholders();
    let ours = move |which: &'static str| {
        Signal::derive(move || {
            let all: Option<Defaults> = defaults.get();
            all.and_then(|all| all.text(LetterKind::Invitation, &language.get(), which)).unwrap_or_default()
        })
    };
    doc.view(move || {
        let (subject, body) = (ours("subject"), ours("body"));
        let texts = [("referrals.email.subject", subject), ("referrals.email.body", body)];
        let draft = Signal::derive(move || {
            let [subject, body] = texts.map(|(at, ours)| {
                let locale = language.get();
                let text = doc.get(at).get();
                let own = words::own(text.as_ref(), &locale);
                if !own.is_empty() {
                    return own;
                }
                words::otherwise(text.as_ref(), &locale).unwrap_or_else(|| ours.get())
            });
            // Not there yet: what would be sent today.
            let text = (!subject.is_empty() && !body.is_empty()).then(|| json!({ "subject": subject, "body": body }));
            json!({ "letter": "invitation", "locale": language.get(), "text": text })
        });
        view! {
            <div class="columns halves">
                <div class="form">
                    <Card title=t("invitations.email.title") help=t("invitations.email.help")>
                        {words::choose(language)}
                        <Words doc=doc at="referrals.email.subject" language=language label=t("invitations.subject") places=places ours=subject />
                        <Words
                            doc=doc
                            at="referrals.email.body"
                            language=language
                            label=t("invitations.body")
                            help=t("invitations.body_help")
                            places=places
                            rows=9
                            ours=body
                        />
                        <p class="help">{t("invitations.empty_is_ours")}</p>
                    </Card>
                </div>
                {letter::preview(draft)}
            </div>
        }
    })
}
