//! A letter as it travels: RFC 5322 and MIME.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

use super::{Letter, Mailbox};
use crate::failure::{Outcome, broken};
use crate::platform::crypto;

/// Words that go into a header as they are: what looks like an encoded word (RFC 2047) would be read as what it encodes,
/// line breaks among it.
fn words(words: &str) -> String {
    words.replace("=?", "= ?")
}

fn address(mailbox: &Mailbox) -> Address<'_> {
    let name = Some(words(&mailbox.name)).filter(|name| !name.is_empty());
    Address::new_address(name, mailbox.email.as_str())
}

/// What a letter says of itself beside the usual: for providers that take these by name, and for MIME.
pub(crate) fn extra_headers(letter: &Letter) -> Vec<(&'static str, String)> {
    let mut headers = vec![(MESSAGE_ID, format!("<{}>", message_id(letter)))];
    if let Some(unsubscribe) = &letter.unsubscribe {
        headers.push(("List-Unsubscribe", format!("<{unsubscribe}>")));
        // With one click (RFC 8058).
        headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    // Nobody's holiday answers it (RFC 3834).
    headers.push(("Auto-Submitted", "auto-generated".to_owned()));
    headers.push(("Content-Language", letter.locale.to_owned()));
    headers
}

/// MIME has a way of its own to say it.
const MESSAGE_ID: &str = "Message-ID";

/// The same event is the same letter, however often it is sent.
fn message_id(letter: &Letter) -> String {
    let domain = letter.from.email.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("{}@{domain}", letter.id)
}

/// The whole letter.
pub(crate) fn raw(letter: &Letter, sent_at: Timestamp) -> Outcome<Vec<u8>> {
    // Not by chance: a letter that is sent again is the same to the last byte.
    let hash = crypto::sha256_hex(letter.id.as_bytes());
    let boundary = format!("=_{}", hash.get(..32).unwrap_or_default());
    let parts = vec![
        MimePart::new("text/plain", letter.text.as_str()),
        MimePart::new("text/html", letter.html.as_str()),
    ];
    let mut message = MessageBuilder::new()
        .from(address(&letter.from))
        .to(address(&letter.to))
        .subject(words(&letter.subject))
        .date(sent_at.as_second())
        .message_id(message_id(letter));
    if let Some(reply_to) = &letter.reply_to {
        message = message.reply_to(Address::new_address(None::<&str>, reply_to.as_str()));
    }
    for (name, value) in extra_headers(letter).into_iter().filter(|(name, _)| *name != MESSAGE_ID) {
        message = message.header(name, Raw::new(value));
    }
    message
        .body(MimePart::new(ContentType::new("multipart/alternative").attribute("boundary", boundary), parts))
        .write_to_vec()
        .map_err(|error| broken("letter", error))
}
