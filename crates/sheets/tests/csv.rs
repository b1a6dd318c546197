//! CSV files as merchants have them.

mod support;

use fidela_sheets::{Content, Currency, FileCode, Kind, Language, Options, WarningCode};
use support::{COMPLETIONS, ONCE, brief, options, read, read_by};

// S0.3: a file in any of the usual forms is read; S0.5, S0.6: with what tells its rows apart and what they are paid by.
#[test]
fn completions_in_all_the_usual_forms() {
    let text = "E-mail;Referință;Sumă;Comandă\nana@exemplu.ro;r-1;12,50;#7\n\"ion@exemplu.ro\";\" r;2 \";\"1.234,56 lei\";\n";
    let expect = ["2: ana@exemplu.ro - r-1 1250 #7", "3: ion@exemplu.ro - r;2 123456 -"];
    let utf_16 = |big: bool| -> Vec<u8> {
        let units = format!("\u{feff}{text}");
        units.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let windows_1250: Vec<u8> = encoding_rs::WINDOWS_1250.encode(&text.replace('ț', "ţ")).0.into_owned();
    let forms = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        text.trim_end().as_bytes().to_vec(),
        format!("sep=;\r\n{text}").into_bytes(),
        utf_16(false),
        utf_16(true),
        windows_1250,
    ];
    for form in forms {
        let (rows, summary) = read(COMPLETIONS, &form);
        assert_eq!(brief(&rows), expect, "{:?}", String::from_utf8_lossy(&form));
        assert_eq!((summary.rows, summary.faulty, summary.warnings.len()), (2, 0, 0));
    }
    let tabs = "e-mail\treference\tamount\nana@exemplu.ro\tr-1\t12.50\n";
    assert_eq!(brief(&read(COMPLETIONS, tabs).0), ["2: ana@exemplu.ro - r-1 1250 -"]);
    let commas = "customer_id,reference,amount\n0012,r-1,\"12,50\"\n";
    assert_eq!(brief(&read(COMPLETIONS, commas).0), ["2: - 0012 r-1 1250 -"]);
}

// S0.3: errors with their row.
#[test]
fn row_numbers_are_those_that_a_spreadsheet_shows() {
    let text = "\n\nemail;note\n\na@b.ro;\"two\nlines\n\nand more\"\n\n\nc@d.ro;\n;;\n;\n\n\"e\n\";x\nf@g.ro";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
        let (rows, _) = read(ONCE, &text);
        // 1, 2 empty; 3 header; 4 empty; 5; 6, 7 empty; 8; 9, 10, 11 empty; 12; 13
        assert_eq!(
            brief(&rows),
            [
                "5: a@b.ro - - - -",
                "8: c@d.ro - - - -",
                "12! A [e\u{fffd}] email_invalid",
                "13: f@g.ro - - - -"
            ]
        );
    }
}

// S0.3: validation; every fault of a row is told.
#[test]
fn every_fault_of_a_row_is_told() {
    let text = "Email,Customer ID,Reference,Amount (RON),Order\n\
        nobody,,,\"1,234\",\n\
        ,,r-1,5,\n\
        a@b.ro,1.5E+15,r,-5,x\u{7}y\n\
        a@b.ro,c,\"1,2E+12\",0,\n\
        a@b.ro,c,#N/A,five,\n\
        a@b.ro,c,r,12,50\n\
        a@b.ro,c,r,1,o,2\n\
        a@b.ro,c,r\n";
    let (rows, summary) = read(COMPLETIONS, text);
    assert_eq!(
        brief(&rows),
        [
            "2! A [nobody] email_invalid; C [] reference_missing; D [1,234] amount_ambiguous",
            "3! - [] person_missing",
            "4! B [1.5E+15] number_not_exact; D [-5] amount_negative; E [x\u{fffd}y] control_character",
            "5! C [1,2E+12] number_not_exact; D [0] amount_zero",
            "6! C [#N/A] cell_error; D [five] amount_invalid",
            "7: a@b.ro c r 1200 50",
            "8! F [2] cell_without_column",
            "9! D [] amount_missing",
        ]
    );
    assert_eq!((summary.rows, summary.faulty), (8, 7));
    let Content::Faults(faults) = &rows[0].content else { panic!() };
    assert_eq!(faults[2].header.as_deref(), Some("Amount (RON)"));
    let json = serde_json::to_string(&rows).unwrap();
    assert_eq!(serde_json::from_str::<Vec<fidela_sheets::Row>>(&json).unwrap(), rows);
}

#[test]
fn balances() {
    let text = "Nombre;Correo electrónico;Puntos;Último día;Total gastado;Fecha de registro;Fecha de nacimiento;Notas\n\
        Ana;ana@ejemplo.es;1.200,00;31/12/2026;1.250,50 €;17.05.2024;1990-05-17;x\n\
        ;b@ejemplo.es;12,5;12/31/2026;1.250;;;\n\
        ;c@ejemplo.es;1.200;;;;;\n\
        ;d@ejemplo.es;-1;;-1;46000;hoy;\n\
        ;e@ejemplo.es;0;;;;;\n";
    let options = Options::new(Kind::Balances, Language::Spanish, Currency::of("EUR").unwrap());
    let (rows, summary) = read_by(options, text.as_bytes(), 7);
    assert_eq!(
        brief(&rows),
        [
            "2: ana@ejemplo.es - 1200 2026-12-31 125050 2024-05-17 1990-05-17 Ana",
            "3! C [12,5] points_not_whole; D [12/31/2026] date_invalid; E [1.250] amount_ambiguous",
            "4! C [1.200] points_ambiguous",
            "5! C [-1] points_negative; E [-1] amount_negative; G [hoy] date_invalid",
            "6: e@ejemplo.es - 0 - - - - -",
        ]
    );
    let warnings = summary.unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!((warnings[0].column.as_str(), warnings[0].code), ("H", WarningCode::ColumnUnknown));
}

#[test]
fn columns_that_are_missing_or_there_twice() {
    let fault = |kind, text: &str| read_by(options(kind), text.as_bytes(), 100).1.unwrap_err();
    let missing = fault(COMPLETIONS, "\norder\n1\n");
    assert_eq!((missing.code, missing.row), (FileCode::ColumnMissing, Some(2)));
    assert_eq!(missing.detail.as_deref(), Some("email / customer_id, reference, amount"));
    let doubled = fault(ONCE, "email,name,E-Mail\na@b.ro,x,c@d.ro\n");
    assert_eq!((doubled.code, doubled.column.as_deref()), (FileCode::ColumnDoubled, Some("C")));
    let unknown = fault(ONCE, "a@b.ro,12\nc@d.ro,13\n");
    assert_eq!((unknown.code, unknown.detail.as_deref()), (FileCode::HeaderMissing, Some("a@b.ro")));
    // A column that this mission does not need is left out, and said so.
    let (rows, summary) = read(ONCE, "email,amount\na@b.ro,what\n");
    assert_eq!(brief(&rows), ["2: a@b.ro - - - -"]);
    assert_eq!(summary.warnings[0].code, WarningCode::ColumnNotUsed);
}

#[test]
fn a_file_of_two_encodings_is_refused_where_the_second_begins() {
    let mut bytes = "email;reference\nana@exemplu.ro;ș\nion@exemplu.ro;".as_bytes().to_vec();
    bytes.extend(b"\xba\n");
    let (rows, summary) = read_by(options(ONCE), &bytes, 3);
    let fault = summary.unwrap_err();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (fault.code, fault.row, fault.column.as_deref()),
        (FileCode::EncodingInvalid, Some(3), Some("B"))
    );
}

// S0.3: a template to download.
#[test]
fn templates_are_files_that_can_be_read() {
    for kind in fidela_sheets::template::KINDS {
        for language in Language::ALL {
            let text = fidela_sheets::template::csv(kind, language);
            let options = Options::new(kind, language, Currency::of("BRL").unwrap());
            let (rows, summary) = read_by(options, text.as_bytes(), 10);
            let summary = summary.unwrap();
            assert_eq!((rows.len(), summary.warnings.len()), (0, 0), "{text}");
            let columns = fidela_sheets::template::columns(kind, language);
            assert_eq!(
                summary.columns.iter().map(|found| found.field.as_str()).collect::<Vec<_>>(),
                columns.iter().map(|column| column.field).collect::<Vec<_>>()
            );
            assert!(text.starts_with('\u{feff}') && text.contains(language.separator()));
        }
    }
}
