//! Letters that a server wrote as files, as a mail client reads them.

use std::fs;
use std::time::{Duration, Instant};

use mail_parser::{HeaderValue, MessageParser};

use crate::store::Store;

/// A letter, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its file, without the ending.
    pub name: String,
    /// `Message-ID`.
    pub id: String,
    /// Name and address.
    pub from: (String, String),
    /// Name and address.
    pub to: (String, String),
    /// Subject.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// As it travelled.
    pub raw: String,
}

impl Letter {
    /// Reads a letter.
    pub fn parse(name: &str, raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a letter");
        let mailbox = |address: Option<&mail_parser::Address<'_>>| {
            let one = address.and_then(|address| address.first()).expect("an address");
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            (text(one.name()), text(one.address()))
        };
        assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1), "a part of each kind");
        assert_eq!(message.attachment_count(), 0);
        Self {
            name: name.to_owned(),
            id: message.message_id().expect("Message-ID").to_owned(),
            from: mailbox(message.from()),
            to: mailbox(message.to()),
            subject: message.subject().expect("a subject").to_owned(),
            text: message.body_text(0).expect("text").replace("\r\n", "\n"),
            html: message.body_html(0).expect("HTML").replace("\r\n", "\n"),
            raw: String::from_utf8(raw.to_vec()).expect("UTF-8"),
        }
    }

    /// A header as it stands, unfolded.
    pub fn header(&self, name: &str) -> String {
        let message = MessageParser::default().parse(self.raw.as_bytes()).expect("a letter");
        match message.header(name) {
            Some(HeaderValue::Text(text)) => text.to_string(),
            _ => message.header_raw(name).unwrap_or_default().trim().replace("\r\n", ""),
        }
    }

    /// Where it leads whoever wants no more of them, without the server's address.
    pub fn unsubscribe_path(&self) -> String {
        unsubscribe_path(&self.text)
    }
}

/// The path of the link at the end of a letter.
pub fn unsubscribe_path(text: &str) -> String {
    path_of(text, "/u/")
}

/// The path of the link at the end of an invitation.
pub fn decline_path(text: &str) -> String {
    path_of(text, "/n/")
}

fn path_of(text: &str, prefix: &str) -> String {
    let (_, token) = text.rsplit_once(prefix).expect("a link");
    format!("{prefix}{}", token.split_whitespace().next().expect("a token"))
}

/// A store's letters, in the order of their names, which is that of their events; without those of [`welcomes`].
pub fn letters(store: &Store) -> Vec<Letter> {
    let mut letters = all(store);
    letters.retain(|letter| !is_welcome(letter));
    letters
}

/// The letters with which a store greets the people of its team.
pub fn welcomes(store: &Store) -> Vec<Letter> {
    let mut letters = all(store);
    letters.retain(is_welcome);
    letters
}

fn is_welcome(letter: &Letter) -> bool {
    letter.name.contains("-welcome-")
}

fn all(store: &Store) -> Vec<Letter> {
    let own = store.id.trim_start_matches("st_");
    let Ok(files) = fs::read_dir(store.server.data().join("mail")) else { return Vec::new() };
    let mut letters: Vec<Letter> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            name.ends_with(own).then(|| Letter::parse(&name, &fs::read(&path).expect("a letter")))
        })
        .collect();
    letters.sort_by(|a, b| a.name.cmp(&b.name));
    letters
}

/// Waits until a store has sent so many letters; a moment longer, so that one too many is seen.
pub async fn arrived(store: &Store, count: usize) -> Vec<Letter> {
    #[expect(clippy::disallowed_methods, reason = "native, and the server works by itself")]
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let letters = letters(store);
        #[expect(clippy::disallowed_methods, reason = "native, and the server works by itself")]
        let late = Instant::now() > until;
        if letters.len() >= count || late {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let letters = self::letters(store);
            assert_eq!(letters.len(), count, "{letters:#?}");
            return letters;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
