//! What is found in a file: how much of it is good, what is wrong, and its first rows.

use std::collections::BTreeMap;

use fidela_sheets::{
    Content, Currency, Fault, FileFault, Kind, Language, Options, Reader, Row, Summary, errors,
};
use serde::{Deserialize, Serialize};

/// Rows that are shown.
const FIRST: usize = 8;
/// Faults that are shown, in order; all of them are counted.
const SHOWN: usize = 500;
/// Characters of the list of faults that can be saved: some 30,000 faults. The edge's own list has all.
const LIST: usize = 4 << 20;
/// Whoever watches is told each time so many rows were read.
const STEP: u32 = 2_000;

/// Is told how many rows were read.
pub(crate) type Watch<'w> = &'w mut dyn FnMut(u32);

/// What a file is read with.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    kind: Kind,
    language: Language,
    /// ISO 4217.
    currency: String,
    /// What each code means, in the reader's language; those that are missing are said in English.
    #[serde(default)]
    sentences: BTreeMap<String, String>,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Found {
    /// The file as a whole cannot be read: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FileFault>,
    /// What that means.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// What was read, where it could be.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
    /// Rows that were read.
    rows: u32,
    /// Of them, those with faults.
    faulty: u32,
    /// The first good rows.
    first: Vec<Row>,
    /// What is wrong, in order.
    faults: Vec<Wrong>,
    /// How many values are wrong, in all.
    wrong: u32,
    /// How often each code was found, the most frequent first.
    kinds: Vec<Often>,
    /// Points of all good rows.
    points: i64,
    /// All faults as a spreadsheet; empty where there are none.
    list: String,
}

/// A fault with its sentence.
#[derive(Debug, Serialize)]
struct Wrong {
    #[serde(flatten)]
    fault: Fault,
    title: String,
}

/// A code, what it means, and how often it was found.
#[derive(Debug, Serialize)]
struct Often {
    code: &'static str,
    title: String,
    times: u32,
}

/// A file that is being read.
pub(crate) struct Look {
    reader: Reader,
    seen: Seen,
    failed: Option<FileFault>,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look").field("rows", &self.seen.rows).finish_non_exhaustive()
    }
}

/// What was seen so far.
struct Seen {
    language: Language,
    sentences: BTreeMap<String, String>,
    rows: u32,
    faulty: u32,
    first: Vec<Row>,
    faults: Vec<Wrong>,
    times: BTreeMap<&'static str, u32>,
    points: i64,
    list: String,
}

impl Look {
    /// Nothing where there is no such currency.
    pub(crate) fn new(told: Told) -> Option<Self> {
        let Told { kind, language, currency, sentences } = told;
        let options = Options::new(kind, language, Currency::of(&currency)?);
        let seen = Seen {
            language,
            sentences,
            rows: 0,
            faulty: 0,
            first: Vec::new(),
            faults: Vec::new(),
            times: BTreeMap::new(),
            points: 0,
            list: String::new(),
        };
        Some(Self { reader: Reader::new(options), seen, failed: None })
    }

    pub(crate) const fn rows(&self) -> u32 {
        self.seen.rows
    }

    /// Takes the next bytes; false where there is no reading the file.
    pub(crate) fn feed(&mut self, bytes: &[u8], watch: Watch<'_>) -> bool {
        let seen = &mut self.seen;
        if let Err(fault) = self.reader.feed(bytes, &mut |row| seen.take(row, watch)) {
            self.failed = Some(fault);
        }
        self.failed.is_none()
    }

    /// What was found, as JSON.
    pub(crate) fn finish(self, watch: Watch<'_>) -> String {
        let Self { reader, mut seen, failed } = self;
        let finished = match failed {
            Some(fault) => Err(fault),
            None => reader.finish(&mut |row| seen.take(row, watch)),
        };
        serde_json::to_string(&seen.found(finished)).unwrap_or_default()
    }
}

impl Seen {
    fn take(&mut self, row: Row, watch: Watch<'_>) {
        self.rows = self.rows.saturating_add(1);
        if self.rows.is_multiple_of(STEP) {
            watch(self.rows);
        }
        if let Content::Faults(faults) = row.content {
            self.faulty = self.faulty.saturating_add(1);
            for fault in faults {
                self.wrong(fault);
            }
            return;
        }
        if let Content::Balance(balance) = &row.content {
            self.points = self.points.saturating_add(balance.points);
        }
        if self.first.len() < FIRST {
            self.first.push(row);
        }
    }

    fn wrong(&mut self, fault: Fault) {
        let times = self.times.entry(fault.code.code()).or_default();
        *times = times.saturating_add(1);
        let title = self.sentence(fault.code.code());
        if self.list.is_empty() {
            self.list = errors::header(self.language);
        }
        if self.list.len() < LIST {
            self.list.push_str(&errors::fault(self.language, &fault, &title));
        }
        if self.faults.len() < SHOWN {
            self.faults.push(Wrong { fault, title });
        }
    }

    /// What a code means.
    fn sentence(&self, code: &str) -> String {
        let english = || {
            fidela_sheets::codes().find(|(known, _)| *known == code).map(|(_, sentence)| sentence.to_owned())
        };
        self.sentences.get(code).cloned().or_else(english).unwrap_or_default()
    }

    fn found(self, finished: Result<Summary, FileFault>) -> Found {
        let title = finished.as_ref().err().map(|fault| self.sentence(fault.code.code()));
        let mut kinds: Vec<Often> = self
            .times
            .iter()
            .map(|(code, times)| Often { code, title: self.sentence(code), times: *times })
            .collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.times));
        let (summary, fault) = match finished {
            Ok(summary) => (Some(summary), None),
            Err(fault) => (None, Some(fault)),
        };
        Found {
            fault,
            title,
            summary,
            rows: self.rows,
            faulty: self.faulty,
            first: self.first,
            faults: self.faults,
            wrong: self.times.values().fold(0_u32, |sum, times| sum.saturating_add(*times)),
            kinds,
            points: self.points,
            list: self.list,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by it")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn look(told: &Value, file: &[u8]) -> (Value, Vec<u32>) {
        let mut look = Look::new(serde_json::from_value(told.clone()).unwrap()).unwrap();
        for piece in file.chunks(777) {
            if !look.feed(piece, &mut |_| {}) {
                break;
            }
        }
        let mut told = Vec::new();
        let found = look.finish(&mut |rows| told.push(rows));
        (serde_json::from_str(&found).unwrap(), told)
    }

    fn balances() -> Value {
        json!({ "kind": "balances", "language": "en", "currency": "RON", "sentences": { "email_invalid": "Nu." } })
    }

    // S0.3
    #[test]
    fn what_is_wrong_is_told_with_row_column_and_value() {
        let (found, _) =
            look(&balances(), b"Email,Points\nana@example.com,120\nnobody,x\nion@example.com,30\n");
        assert_eq!((&found["rows"], &found["faulty"], &found["points"]), (&json!(3), &json!(1), &json!(150)));
        let wrong = found["faults"].as_array().unwrap();
        assert_eq!(wrong.len(), 2);
        assert_eq!(wrong[0]["row"], 3);
        assert_eq!(wrong[0]["column"], "A");
        assert_eq!(wrong[0]["header"], "Email");
        assert_eq!(wrong[0]["value"], "nobody");
        assert_eq!(wrong[0]["title"], "Nu.");
        assert_eq!(wrong[1]["title"], "Points are a whole number.");
        assert_eq!(found["first"].as_array().unwrap().len(), 2);
        assert_eq!(found["summary"]["columns"][1]["field"], "points");
        assert!(
            found["list"].as_str().unwrap().contains("3,\"A (Email)\",nobody,email_invalid,Nu."),
            "{}",
            found["list"]
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_says_why_and_where() {
        let (found, _) = look(&balances(), b"%PDF-1.7 and so on and so on");
        assert_eq!(found["fault"]["code"], "file_pdf");
        assert!(found["title"].as_str().unwrap().contains("PDF"), "{found}");
        let (found, _) = look(&balances(), b"Email\nana@example.com\n");
        assert_eq!(found["fault"]["code"], "column_missing");
        assert_eq!(found["fault"]["detail"], "points");
        assert!(found["summary"].is_null());
    }

    #[test]
    fn what_is_shown_is_bounded_and_what_is_counted_is_not() {
        let mut file = "Email,Points\n".to_owned();
        for _ in 0..5_000 {
            file.push_str("nobody,1\n");
        }
        let (found, _) = look(&balances(), file.as_bytes());
        assert_eq!((&found["faulty"], &found["wrong"]), (&json!(5_000), &json!(5_000)));
        assert_eq!(found["faults"].as_array().unwrap().len(), SHOWN);
        assert_eq!(found["kinds"], json!([{ "code": "email_invalid", "title": "Nu.", "times": 5_000 }]));
    }

    #[test]
    fn a_currency_that_is_none_is_not_read_with() {
        let told = json!({ "kind": "balances", "language": "en", "currency": "lei" });
        assert!(Look::new(serde_json::from_value(told).unwrap()).is_none());
    }
}
