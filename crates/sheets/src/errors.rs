//! `errors.csv`: what is wrong with a file, as a file that a merchant can open beside it.

use crate::fault::{Fault, FileFault};
use crate::options::Language;

/// The first line, with the mark that makes Excel read UTF-8.
pub fn header(language: Language) -> String {
    let titles = match language {
        Language::English => ["Row", "Column", "Value", "Code", "What is wrong"],
        Language::Spanish => ["Fila", "Columna", "Valor", "Código", "Qué está mal"],
        Language::French => ["Ligne", "Colonne", "Valeur", "Code", "Ce qui ne va pas"],
        Language::Portuguese => ["Linha", "Coluna", "Valor", "Código", "O que está errado"],
        Language::Romanian => ["Rând", "Coloană", "Valoare", "Cod", "Ce este greșit"],
    };
    let mut text = "\u{feff}".to_owned();
    line(&mut text, language, &titles);
    text
}

/// The line of one fault; `sentence` says what its code means, in the merchant's language.
pub fn fault(language: Language, fault: &Fault, sentence: &str) -> String {
    let mut text = String::new();
    let column = match (&fault.column, &fault.header) {
        (Some(letter), Some(header)) => format!("{letter} ({header})"),
        (Some(letter), None) => letter.clone(),
        _ => String::new(),
    };
    let row = fault.row.to_string();
    line(&mut text, language, &[&row, &column, &fault.value, fault.code.code(), sentence]);
    text
}

/// The line of a row that can be read and counts for nothing: whom it names, and why.
pub fn refused(language: Language, row: u32, value: &str, code: &str, sentence: &str) -> String {
    let mut text = String::new();
    line(&mut text, language, &[&row.to_string(), "", value, code, sentence]);
    text
}

/// The line of what is wrong with the whole file.
pub fn file(language: Language, fault: &FileFault, sentence: &str) -> String {
    let mut text = String::new();
    let row = fault.row.map(|row| row.to_string()).unwrap_or_default();
    let column = fault.column.as_deref().unwrap_or_default();
    let detail = fault.detail.as_deref().unwrap_or_default();
    line(&mut text, language, &[&row, column, detail, fault.code.code(), sentence]);
    text
}

/// Adds a line of cells.
fn line(text: &mut String, language: Language, cells: &[&str]) {
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            text.push(language.separator());
        }
        text.push_str(&quoted(cell));
    }
    text.push_str("\r\n");
}

/// A cell in quotation marks where it needs them. What a spreadsheet would take for a formula gets an apostrophe
/// in front, which spreadsheets take for "this is text".
pub fn quoted(cell: &str) -> String {
    let start = crate::cell::trim(cell).chars().next();
    let runs =
        matches!(start, Some('=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'))
            || cell.starts_with(['\t', '\r', '\n']);
    let harmless = if runs { format!("'{cell}") } else { cell.to_owned() };
    if harmless.contains([',', ';', '\t', '"', '\n', '\r', ' ']) || runs {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Code;

    // S0.3: errors with their row.
    #[test]
    fn a_fault_is_a_line() {
        let wrong = Fault {
            row: 7,
            column: Some("B".to_owned()),
            header: Some("E-mail".to_owned()),
            value: "a; \"b\"".to_owned(),
            code: Code::EmailInvalid,
        };
        let text = fault(Language::Romanian, &wrong, "Nu este o adresă.");
        assert_eq!(text, "7;\"B (E-mail)\";\"a; \"\"b\"\"\";email_invalid;\"Nu este o adresă.\"\r\n");
        assert_eq!(header(Language::English), "\u{feff}Row,Column,Value,Code,\"What is wrong\"\r\n");
        let missing = FileFault { code: crate::FileCode::FileEmpty, row: None, column: None, detail: None };
        assert_eq!(file(Language::English, &missing, "Empty."), ",,,file_empty,Empty.\r\n");
    }

    #[test]
    fn nothing_in_it_runs() {
        for start in ["=", "+", "-", "@", "\t", "\r", " =", "\u{feff}=", "\u{a0}@", "＝", "\n="] {
            let cell = quoted(&format!("{start}cmd|' /C calc'!A0"));
            assert!(cell.starts_with("\"'") && cell.ends_with('"'), "{cell:?}");
        }
        assert_eq!(quoted("a@b.ro"), "a@b.ro");
        assert_eq!(quoted("-5"), "\"'-5\"");
    }
}
