//! Tables as files that spreadsheets open: UTF-8 with a mark, in the reader's language, and nothing in them is run.

use fidela_sheets::Language;
use fidela_sheets::errors::quoted;
use fidela_ui::decimal;
use jiff::civil::Date;

use crate::speech::Speaker;

/// What stands in a cell.
pub(crate) enum Cell {
    /// Words, whoever wrote them: what a spreadsheet would take for a formula is made harmless.
    Text(String),
    /// A number of ours.
    Number(i64),
    /// Minor units of the store's currency.
    Money(i64),
    /// A day.
    Day(Date),
}

/// Rows of cells.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// With headings in the reader's language.
    pub(crate) fn headed(speaker: &Speaker, names: &[&str]) -> Self {
        let mut table = Self::default();
        table.heads(speaker, names);
        table
    }

    /// A row of headings.
    pub(crate) fn heads(&mut self, speaker: &Speaker, names: &[&str]) {
        self.row(names.iter().map(|name| Cell::Text(speaker.word(name).to_owned())));
    }

    /// A row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The file.
    pub(crate) fn csv(&self, speaker: &Speaker) -> String {
        let language = Language::of(speaker.tag()).unwrap_or(Language::English);
        let (separator, digits) = (language.separator(), speaker.write().0.digits());
        let mut text = "\u{feff}".to_owned();
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    text.push(separator);
                }
                match cell {
                    Cell::Text(words) => text.push_str(&quoted(words)),
                    Cell::Number(number) => text.push_str(&number.to_string()),
                    // Where the semicolon separates, the comma is the decimal mark.
                    Cell::Money(minor) if separator == ';' => {
                        text.push_str(&decimal::of_minor(*minor, digits).replace('.', ","));
                    }
                    Cell::Money(minor) => text.push_str(&decimal::of_minor(*minor, digits)),
                    Cell::Day(day) => text.push_str(&day.to_string()),
                }
            }
            text.push_str("\r\n");
        }
        text
    }
}
