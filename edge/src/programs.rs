//! A merchant's program, read as a whole: every fault at once, with its place. What the rules know of is theirs to find
//! (`fidela_rules::program`); time zones and letters are known here.

use std::collections::BTreeSet;

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::messages::LetterKind;
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use fidela_rules::program::{self, Warning};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::mail;

/// Reads a program with what may surprise its merchant, or says every fault.
pub(crate) fn read(document: &Value) -> Outcome<(Program, Vec<Warning>)> {
    let (read, mut faults) = match program::read(document, |name| TimeZone::get(name).is_ok()) {
        Ok(read) => (Some(read), Vec::new()),
        Err(faults) => (None, faults.into_iter().map(FieldFault::from).collect()),
    };
    faults.extend(template_faults(document));
    match read.filter(|_| faults.is_empty()) {
        Some(read) => Ok(read),
        None => Err(Problem::new(Code::InvalidProgram).faults(faults).into()),
    }
}

/// The program of a store that has none yet: switched off, until its merchant says what it gives.
pub(crate) fn placeholder() -> Value {
    json!({
        "enabled": false,
        "currency": "EUR",
        "timezone": "UTC",
        "points": { "value": { "points": 1, "minor": 1 } },
    })
}

/// Texts about invitations, where they stand in `referrals`, whether they stay on one line, and what they may have in
/// braces. Who invites is said to whoever opens the invitation, and to no network.
const TEMPLATES: [(&str, bool, &[&str]); 8] = [
    ("email/subject", true, LetterKind::Invitation.placeholders()),
    ("email/body", false, LetterKind::Invitation.placeholders()),
    ("social/title", true, &["store", "points"]),
    ("social/description", true, &["store", "points"]),
    ("invite_page/title", true, &["store", "points"]),
    ("invite_page/body", false, &["store", "points"]),
    ("landing_page/title", true, &["store", "points", "inviter"]),
    ("landing_page/body", false, &["store", "points", "inviter"]),
];

/// What is wrong with the templates of invitations: a text, or one per locale. A program that was stored before is not
/// read by this: what its letter or its page does not know, they leave out.
fn template_faults(document: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (name, is_line, known) in TEMPLATES {
        let path = format!("referrals.{}", name.replace('/', "."));
        match document.pointer(&format!("/referrals/{name}")) {
            Some(Value::String(template)) => faults.extend(faults_of(&path, template, is_line, known)),
            Some(Value::Object(texts)) => {
                for (locale, text) in texts {
                    let template = text.as_str().unwrap_or_default();
                    faults.extend(faults_of(&format!("{path}.{locale}"), template, is_line, known));
                }
            }
            _ => {}
        }
    }
    faults
}

fn faults_of(path: &str, template: &str, is_line: bool, known: &[&str]) -> Vec<FieldFault> {
    let fault = |path: String, code: &str| FieldFault { path, code: code.to_owned(), min: None, max: None };
    let places: BTreeSet<&str> = mail::places(template).filter(|place| !known.contains(place)).collect();
    let broken = is_line && template.trim().contains(['\n', '\r']);
    broken
        .then(|| fault(path.to_owned(), "control_character"))
        .into_iter()
        .chain(places.into_iter().map(|place| fault(format!("{path}{{{place}}}"), "unknown_placeholder")))
        .collect()
}
