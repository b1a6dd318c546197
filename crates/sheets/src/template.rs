//! The empty file that a merchant fills: a header and nothing below it, so that no example is ever imported.
//!
//! As CSV for whoever asks; as XLSX ([`xlsx`], feature `templates`) it is written when the edge is built and served
//! as a file, because what writes workbooks weighs more than what reads them.

mod help;

use crate::columns::{Field, Use};
use crate::errors::quoted;
use crate::options::{Kind, Language};

/// A column of a template, and what it says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Our name, such as `customer_id`.
    pub field: &'static str,
    /// Its title in the template.
    pub title: &'static str,
    /// Whether the file is refused without it.
    pub needed: bool,
    /// What to write into it.
    pub help: &'static str,
}

/// The columns of a template, in their order.
pub fn columns(kind: Kind, language: Language) -> Vec<Column> {
    let used = Field::known(kind).iter().filter(|field| field.used(kind) != Use::Unused);
    used.map(|field| Column {
        field: field.name(),
        title: field.title(language),
        needed: field.used(kind) == Use::Needed,
        help: help::of(*field, language),
    })
    .collect()
}

/// The template as CSV: UTF-8 with the mark that Excel wants, cells parted as the language's Excel expects.
pub fn csv(kind: Kind, language: Language) -> String {
    let mut text = "\u{feff}".to_owned();
    for (i, column) in columns(kind, language).iter().enumerate() {
        if i > 0 {
            text.push(language.separator());
        }
        text.push_str(&quoted(column.title));
    }
    text.push_str("\r\n");
    text
}

/// The name of a kind's template, without language and ending: `completions`, `completions-amount`, `balances`.
/// A reference is in all of completions' templates, whether each row needs it or not.
pub const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Completions { amount: false, .. } => "completions",
        Kind::Completions { amount: true, .. } => "completions-amount",
        Kind::Balances => "balances",
    }
}

/// The kinds of which there are templates, one for each [`name`]. A reference is called needed in them where the
/// mission may be done more than once, which a file cannot know: its help says so.
pub const KINDS: [Kind; 3] = [
    Kind::Completions { reference: false, amount: false },
    Kind::Completions { reference: false, amount: true },
    Kind::Balances,
];

/// The template as XLSX: a sheet to fill, whose columns of ids are text so that no zero and no digit is lost, and a
/// second one that explains each column.
#[cfg(feature = "templates")]
pub fn xlsx(kind: Kind, language: Language) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
    let bold = Format::new().set_bold();
    let mut book = Workbook::new();
    // Without it the library reads a clock, and no two builds would be the same.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    let columns = columns(kind, language);
    let (fill, explain) = help::sheets(language);
    let sheet = book.add_worksheet().set_name(fill)?;
    for (at, column) in (0_u16..).zip(&columns) {
        sheet.write_with_format(0, at, column.title, &bold)?;
        sheet.set_column_width(at, 24)?;
        let format = match column.field {
            "last_day" | "registered_at" | "birthday" => Some("yyyy-mm-dd"),
            "points" => Some("0"),
            "amount" | "spent" => None,
            _ => Some("@"),
        };
        if let Some(format) = format {
            sheet.set_column_format(at, &Format::new().set_num_format(format))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let help = book.add_worksheet().set_name(explain)?;
    help.set_column_width(0, 28)?.set_column_width(1, 100)?;
    let wrap = Format::new().set_text_wrap();
    for (row, column) in (0_u32..).zip(&columns) {
        help.write_with_format(row, 0, column.title, &bold)?;
        help.write_with_format(row, 1, column.help, &wrap)?;
    }
    book.save_to_buffer()
}
