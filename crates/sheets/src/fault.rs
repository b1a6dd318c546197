//! What can be wrong with a file and with a row: stable codes, each with an English sentence.

use crate::limits::SHOWN_CHARS;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($(#[$of:meta])* $name:ident { $($(#[$meta:meta])* $variant:ident = $code:literal, $sentence:literal;)+ }) => {
        $(#[$of])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$meta])* #[doc = ""] #[doc = $sentence] #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// All of them, in the order of this file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What it means and what to do, in English.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    /// Why a file is refused as a whole.
    FileCode {
        /// Nothing in it.
        FileEmpty = "file_empty", "The file is empty.";
        /// More bytes than [`crate::limits::FILE_BYTES`].
        FileTooLarge = "file_too_large", "The file is larger than 20 MB: split it.";
        /// An OLE container: `.xls`, or a workbook with a password.
        FileOldExcel = "file_old_excel", "This is an old Excel file (.xls) or one with a password: save it as XLSX without a password, or as CSV.";
        /// A zip with entries that are encrypted.
        FileEncrypted = "file_encrypted", "The file has a password: save it without one.";
        /// `ODS` and its kin.
        FileOpenDocument = "file_open_document", "This is an ODS or another open document: save it as XLSX or CSV.";
        /// A workbook in Excel's binary form.
        FileBinaryWorkbook = "file_binary_workbook", "This is a binary workbook (.xlsb): save it as XLSX or CSV.";
        /// A zip without a workbook.
        FileZip = "file_zip", "This is an archive and not a spreadsheet: upload the CSV or XLSX file that is in it.";
        /// HTML or other XML, whatever it is called.
        FileHtml = "file_html", "This is a web page or XML, whatever it is called: save it as XLSX or CSV.";
        /// JSON.
        FileJson = "file_json", "This is JSON: save it as XLSX or CSV.";
        /// PDF.
        FilePdf = "file_pdf", "This is a PDF: save the spreadsheet it was made of as XLSX or CSV.";
        /// Something else that is not text.
        FileNotASpreadsheet = "file_not_a_spreadsheet", "This is neither a CSV nor an XLSX file.";
        /// A text with NUL in it.
        FileBinary = "file_binary", "The file holds bytes that no text holds: save it as CSV (UTF-8) or XLSX.";
        /// A text that starts in one encoding and goes on in another.
        EncodingInvalid = "encoding_invalid", "From here on the file cannot be read as text of one encoding: save it as CSV (UTF-8) or XLSX.";
        /// A zip or XML that breaks off or does not fit itself.
        FileDamaged = "file_damaged", "The file is damaged: open it, save it again, and upload that.";
        /// Names with `..`, entries twice or one over another, parts that lie outside.
        FileUnsafe = "file_unsafe", "The file is built in a way that no spreadsheet program builds it.";
        /// A zip bomb, or a very large workbook.
        FileInflates = "file_inflates", "Unpacked, the file is too large: leave only the rows to import, or save it as CSV.";
        /// Deflate and none are what workbooks use.
        CompressionUnknown = "compression_unknown", "The file is compressed in an unusual way: open it, save it again as XLSX, and upload that.";
        /// A document type or entities of its own.
        XmlDtd = "xml_dtd", "The file defines XML entities, which no spreadsheet does.";
        /// More shared texts than [`crate::limits::SHARED_BYTES`].
        TooMuchText = "too_much_text", "The workbook holds too much text: leave only the rows and columns to import.";
        /// No sheet that is shown.
        SheetMissing = "sheet_missing", "The workbook has no sheet that is not hidden.";
        /// A quotation mark that no other closes.
        QuoteNotClosed = "quote_not_closed", "A quotation mark opens a cell and nothing closes it.";
        /// More than [`crate::limits::CELL_CHARS`].
        CellTooLong = "cell_too_long", "A cell has more than 2,000 characters. Is a quotation mark not closed?";
        /// More than [`crate::limits::COLUMNS`].
        TooManyColumns = "too_many_columns", "The file has more than 64 columns.";
        /// More than [`crate::limits::ROWS`].
        TooManyRows = "too_many_rows", "The file has more than 100,000 rows: split it.";
        /// Nothing in the first row is the name of a column.
        HeaderMissing = "header_missing", "The first row does not name the columns: take the template.";
        /// A column that this import cannot do without.
        ColumnMissing = "column_missing", "A column that is needed is missing.";
        /// Two columns of the same meaning.
        ColumnDoubled = "column_doubled", "Two columns mean the same: leave one of them.";
    }
}

codes! {
    /// What is wrong with a cell or a row.
    Code {
        /// Neither `email` nor `customer_id`.
        PersonMissing = "person_missing", "The row names nobody: an e-mail or a customer id is needed.";
        /// Not an e-mail address.
        EmailInvalid = "email_invalid", "This is not an e-mail address.";
        /// Longer than 255 characters.
        CustomerIdInvalid = "customer_id_invalid", "A customer id has 1 to 255 printable characters.";
        /// The mission can be done more than once.
        ReferenceMissing = "reference_missing", "This mission can be done more than once: each row needs a reference.";
        /// Longer than 255 characters.
        ReferenceInvalid = "reference_invalid", "A reference has 1 to 255 printable characters.";
        /// Longer than 255 characters.
        OrderIdInvalid = "order_id_invalid", "An order id has 1 to 255 printable characters.";
        /// Longer than [`crate::limits::NAME_CHARS`].
        NameTooLong = "name_too_long", "A name has at most 200 characters.";
        /// A control character within a cell.
        ControlCharacter = "control_character", "The cell holds a character that cannot be printed.";
        /// A date, a truth value, where a text is asked for.
        NotText = "not_text", "The spreadsheet made a date or a truth value of this: format the column as text and type it again.";
        /// An id of more than 15 digits, or like `1,2E+15`: its end is lost.
        NumberNotExact = "number_not_exact", "The spreadsheet has rounded this number: format the column as text and type it again.";
        /// The mission is paid by amount.
        AmountMissing = "amount_missing", "The amount is missing.";
        /// Not money.
        AmountInvalid = "amount_invalid", "This is not an amount of money.";
        /// `1,234`: one thousand or one and a bit?
        AmountAmbiguous = "amount_ambiguous", "This amount can be read in two ways: write 1234.00 or 1.234.";
        /// Below zero.
        AmountNegative = "amount_negative", "An amount cannot be negative.";
        /// Zero where something is paid.
        AmountZero = "amount_zero", "The amount has to be more than zero.";
        /// More digits after the point than the currency has.
        AmountTooPrecise = "amount_too_precise", "The amount has more decimals than the currency.";
        /// Beyond 2^53 − 1 minor units.
        AmountTooLarge = "amount_too_large", "The amount is too large.";
        /// Another currency's sign or code.
        AmountOtherCurrency = "amount_other_currency", "The amount is not in the store's currency.";
        /// No points.
        PointsMissing = "points_missing", "The points are missing.";
        /// Not a number.
        PointsInvalid = "points_invalid", "Points are a whole number.";
        /// `1,234`: one thousand or one and a bit?
        PointsAmbiguous = "points_ambiguous", "These points can be read in two ways: write 1234.";
        /// Below zero.
        PointsNegative = "points_negative", "Points cannot be negative.";
        /// With a fraction.
        PointsNotWhole = "points_not_whole", "Points are whole.";
        /// Beyond 2^53 − 1.
        PointsTooLarge = "points_too_large", "These are too many points.";
        /// Not a date.
        DateInvalid = "date_invalid", "This is not a date: write it as 2026-12-31.";
        /// `03/04/2026` in English.
        DateAmbiguous = "date_ambiguous", "This date can be read in two ways: write it as 2026-12-31.";
        /// A formula that nobody has computed.
        FormulaNotComputed = "formula_not_computed", "The cell holds a formula without its result: open the file in a spreadsheet program and save it again.";
        /// `#N/A` and its kin.
        CellError = "cell_error", "The cell holds an error of the spreadsheet.";
        /// More cells than the header has: mostly a separator without quotation marks.
        CellWithoutColumn = "cell_without_column", "The row has more cells than the header: is a value with a separator not in quotation marks?";
    }
}

codes! {
    /// What is not wrong, and yet worth saying.
    WarningCode {
        /// A name that means nothing here.
        ColumnUnknown = "column_unknown", "This column is not known and is left out.";
        /// A column that this import does not need.
        ColumnNotUsed = "column_not_used", "This import does not use this column.";
    }
}

/// Every code of this crate: `(code, English sentence)`, those of files first.
pub fn codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_files = FileCode::ALL.iter().map(|code| (code.code(), code.sentence()));
    let of_rows = Code::ALL.iter().map(|code| (code.code(), code.sentence()));
    of_files.chain(of_rows).chain(WarningCode::ALL.iter().map(|code| (code.code(), code.sentence())))
}

/// Why a file is refused, and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFault {
    /// The code.
    pub code: FileCode,
    /// The row, as a spreadsheet shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The column's letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column that is missing or doubled; what was found instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl FileFault {
    pub(crate) fn new(code: FileCode) -> Self {
        Self { code, row: None, column: None, detail: None }
    }

    pub(crate) fn at(self, row: u32) -> Self {
        Self { row: Some(row), ..self }
    }

    pub(crate) fn in_column(self, index: usize) -> Self {
        Self { column: Some(letters(index)), ..self }
    }

    pub(crate) fn about(self, detail: impl AsRef<str>) -> Self {
        Self { detail: Some(shown(detail.as_ref())), ..self }
    }
}

impl From<FileCode> for FileFault {
    fn from(code: FileCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        self.row.map_or(Ok(()), |row| write!(f, ", row {row}"))?;
        self.column.as_ref().map_or(Ok(()), |column| write!(f, ", column {column}"))?;
        self.detail.as_ref().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}
impl std::error::Error for FileFault {}

/// What is wrong with one value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The row, as a spreadsheet shows it.
    pub row: u32,
    /// The column's letter; none where the fault is the whole row's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column's name, as the file's header has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The value, shortened.
    pub value: String,
    /// The code.
    pub code: Code,
}

/// Something about the file that its owner should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The column's letter.
    pub column: String,
    /// Its name, as the file's header has it, shortened.
    pub header: String,
    /// The code.
    pub code: WarningCode,
}

/// A column's letters: 0 is `A`, 26 is `AA`.
pub fn letters(index: usize) -> String {
    let (mut rest, mut reversed) = (index, Vec::new());
    loop {
        reversed.push(char::from(b'A'.saturating_add(u8::try_from(rest % 26).unwrap_or_default())));
        rest /= 26;
        if rest == 0 {
            return reversed.iter().rev().collect();
        }
        rest = rest.saturating_sub(1);
    }
}

/// The beginning of a text: [`SHOWN_CHARS`] characters, those that cannot be printed as `�`.
pub(crate) fn shown(text: &str) -> String {
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(SHOWN_CHARS).map(printable).collect();
    if short.len() < text.len() && text.chars().nth(SHOWN_CHARS).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn columns_have_letters() {
        for (index, expect) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
        {
            assert_eq!(letters(index), expect);
        }
    }

    #[test]
    fn no_two_faults_share_a_code() {
        let all: Vec<_> = codes().collect();
        assert_eq!(all.iter().map(|(code, _)| code).collect::<BTreeSet<_>>().len(), all.len());
        for (code, sentence) in all {
            assert!(code.bytes().all(|b| b == b'_' || b.is_ascii_lowercase()), "{code}");
            assert!(sentence.ends_with(['.', '?']), "{code}");
        }
        assert_eq!(serde_json::to_value(Code::EmailInvalid).unwrap(), Code::EmailInvalid.code());
        assert_eq!(serde_json::from_str::<FileCode>("\"file_zip\"").unwrap(), FileCode::FileZip);
    }

    #[test]
    fn what_is_shown_is_short_and_printable() {
        assert_eq!(shown("a\tb\0"), "a\u{fffd}b\u{fffd}");
        assert_eq!(shown(&"é".repeat(81)).chars().count(), 81);
        assert_eq!(shown(&"é".repeat(80)), "é".repeat(80));
    }
}
