//! The beginning of a CSV file, to its header's end: what it is, and what parts its cells.

use crate::columns::Field;
use crate::fault::{FileCode, FileFault};
use crate::limits::{COLUMNS, HEADER_CHARS};
use crate::options::Kind;

/// What can part cells; where it does not matter, the first.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

pub(super) struct Head {
    kind: Kind,
    text: String,
    /// Bytes of lines before the header: empty ones, and `sep=;`.
    before: usize,
    /// Bytes that have been looked at.
    seen: usize,
    /// Within quotation marks.
    quoted: bool,
    /// Where the header's line ends.
    end: Option<usize>,
    /// What `sep=;` says.
    said: Option<char>,
}

impl Head {
    pub(super) const fn new(kind: Kind) -> Self {
        Self { kind, text: String::new(), before: 0, seen: 0, quoted: false, end: None, said: None }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        while self.end.is_none() {
            let rest = self.text.get(self.seen..).unwrap_or_default();
            let Some(at) = rest.find(['"', '\n']) else {
                self.seen = self.text.len();
                return;
            };
            let is_quote = rest.get(at..).is_some_and(|rest| rest.starts_with('"'));
            let at = self.seen.saturating_add(at);
            self.seen = at.saturating_add(1);
            if is_quote {
                self.quoted = !self.quoted;
            } else if !self.quoted {
                self.line(at);
            }
        }
    }

    /// A line ends at a byte.
    fn line(&mut self, end: usize) {
        let line = self.text.get(self.before..end).unwrap_or_default();
        if let Some(said) = said(line).filter(|_| self.said.is_none()) {
            // Excel takes that line for itself: it is no row.
            self.said = Some(said);
            self.text.drain(self.before..=end);
            self.seen = self.before;
        } else if line.chars().all(|c| c.is_whitespace() || SEPARATORS.contains(&c) || c == '"') {
            self.before = self.seen;
        } else {
            self.end = Some(end);
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.end.is_some() || self.text.len() > HEADER_CHARS
    }

    /// The row of what came last.
    pub(super) fn row(&self) -> u32 {
        let lines = self.text.get(..self.before).unwrap_or_default().matches('\n').count();
        u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// What parts cells, and the text from the file's first row on.
    pub(super) fn finish(&self) -> Result<(u8, &str), FileFault> {
        let start = self.text.get(self.before..).unwrap_or_default();
        let line = self.text.get(self.before..self.end.unwrap_or(self.text.len())).unwrap_or_default();
        disguised(start)?;
        if self.end.unwrap_or(self.text.len()) > HEADER_CHARS {
            return Err(self.too_long());
        }
        let known = |separator: &char| {
            let cells = cells(line, *separator);
            let known = cells.iter().filter(|cell| Field::named(self.kind, cell).is_some()).count();
            (known, cells.len())
        };
        // The last of equals wins: so the first goes last.
        let best = SEPARATORS.into_iter().rev().max_by_key(known).unwrap_or(',');
        let separator = self.said.unwrap_or(best);
        Ok((u8::try_from(separator).unwrap_or(b','), &self.text))
    }

    /// Why there is no header within so many characters; what has come along behind them does not matter.
    fn too_long(&self) -> FileFault {
        let mut early = Self::new(self.kind);
        early.push(self.text.get(..self.text.floor_char_boundary(HEADER_CHARS)).unwrap_or_default());
        let line = early.text.get(early.before..).unwrap_or_default();
        let most = SEPARATORS.into_iter().map(|separator| line.matches(separator).count()).max();
        let code = if early.quoted {
            FileCode::QuoteNotClosed
        } else if line.trim().is_empty() {
            FileCode::HeaderMissing
        } else if most.is_some_and(|most| most >= COLUMNS) {
            FileCode::TooManyColumns
        } else {
            FileCode::CellTooLong
        };
        FileFault::new(code).at(early.row())
    }
}

/// The separator of a first line such as `sep=;`.
fn said(line: &str) -> Option<char> {
    let line = line.trim_matches(['"', ' ']);
    let (name, mark) = line.split_at_checked(4)?;
    let separator = mark.chars().next().filter(|mark| SEPARATORS.contains(mark))?;
    (name.eq_ignore_ascii_case("sep=") && mark.trim_end_matches(SEPARATORS).is_empty()).then_some(separator)
}

/// The cells of a line, roughly: enough to count them and to know their names.
fn cells(line: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = line.split(|c: char| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    parts.map(|cell| cell.trim_matches(['"', ' '])).collect()
}

/// Texts that are something else, whatever the file is called.
fn disguised(start: &str) -> Result<(), FileFault> {
    let start = start.trim_start();
    let code = match start.chars().next() {
        Some('<') => FileCode::FileHtml,
        Some('{') if start.starts_with("{\\rtf") => FileCode::FileNotASpreadsheet,
        Some('{' | '[') => FileCode::FileJson,
        Some('%') if start.starts_with("%PDF") => FileCode::FilePdf,
        Some('%') if start.starts_with("%!PS") => FileCode::FileNotASpreadsheet,
        _ => return Ok(()),
    };
    Err(code.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(text: &str) -> char {
        let mut head = Head::new(Kind::Completions { reference: false, amount: true });
        head.push(text);
        char::from(head.finish().unwrap().0)
    }

    #[test]
    fn the_header_tells_what_parts_cells() {
        let cases = [
            ("email,amount\n", ','),
            ("email;amount\n", ';'),
            ("email\tamount\n", '\t'),
            ("email", ','),
            ("\n\n;;\nemail;amount\n", ';'),
            ("email;\"note, long, and, more\"\n", ';'),
            ("email;note, or what, ever, it, is\n", ';'),
            ("\"e-mail\";\"sumă\"\n1,2,3,4", ';'),
            ("sep=;\nemail,amount;x\n", ';'),
            ("\"sep=,\"\nemail;amount\n", ','),
        ];
        for (text, expect) in cases {
            assert_eq!(separator(text), expect, "{text}");
        }
    }
}
