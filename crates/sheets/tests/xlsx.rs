//! Workbooks of spreadsheet programs and libraries.

mod support;

use fidela_sheets::{Code, Content, Format, Kind};
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};
use support::{COMPLETIONS, ONCE, brief, parts, read, relations, sheet, workbook, zip};

/// Written by `LibreOffice`: see `fixtures/README.md`.
const LIBRE_OFFICE: &[u8] = include_bytes!("fixtures/balances.xlsx");

// S0.3
#[test]
fn a_workbook_of_libre_office() {
    let (rows, summary) = read(Kind::Balances, LIBRE_OFFICE);
    assert_eq!(summary.format, Format::Xlsx);
    assert_eq!(summary.sheet.as_deref(), Some("balances"));
    assert_eq!(summary.warnings[0].header, "Observații");
    assert_eq!(
        brief(&rows),
        [
            "2: ana@exemplu.ro 0012 1200 2026-12-31 125050 2024-05-17 1990-05-17 Ana Ștefănescu",
            "3: - c-2 650 - 10010 - - Ion Popa",
            "5! C [12,5] points_not_whole; D [31/02/2026] date_invalid",
        ]
    );
}

// S0.3, S0.6
#[test]
fn a_workbook_of_a_library() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Style::new().set_num_format("dd/mm/yyyy");
    for (column, title) in (0..).zip(["Email", "Customer ID", "Points", "Last day", "Spent", "Birthday"]) {
        sheet.write(0, column, title).unwrap();
    }
    sheet.write(1, 0, "a@b.ro").unwrap();
    sheet.write(1, 1, 123_456).unwrap();
    sheet.write(1, 2, 1_200).unwrap();
    sheet.write_with_format(1, 3, ExcelDateTime::from_ymd(2026, 12, 31).unwrap(), &date).unwrap();
    sheet.write(1, 4, 100.1).unwrap();
    sheet.write(1, 5, "17/05/1990").unwrap();
    // 4.35 × 100 is 434.99999999999994 in floating point, and 1.1 + 2.2 is 3.3000000000000003.
    sheet.write(2, 0, "c@d.ro").unwrap();
    sheet.write(2, 2, Formula::new("=2*3").set_result("6")).unwrap();
    sheet.write(2, 4, 1.1 + 2.2).unwrap();
    sheet.write_with_format(4, 1, ExcelDateTime::from_ymd(2026, 1, 2).unwrap(), &date).unwrap();
    sheet.write(4, 2, true).unwrap();
    sheet.write(4, 4, 4.345).unwrap();
    sheet.write(4, 9, "a note in the margin").unwrap();
    sheet.write(5, 1, 12_345_678_901_234_567.0).unwrap();
    sheet.write(5, 2, 1.5).unwrap();
    let (rows, _) = read(Kind::Balances, book.save_to_buffer().unwrap());
    assert_eq!(
        brief(&rows),
        [
            "2: a@b.ro 123456 1200 2026-12-31 10010 - 1990-05-17 -",
            "3: c@d.ro - 6 - 330 - - -",
            "5! B [2026-01-02] not_text; C [TRUE] points_invalid; E [4.345] amount_too_precise",
            "6! B [12345678901234600] number_not_exact; C [1.5] points_not_whole",
        ]
    );
}

#[test]
fn formulas_errors_and_what_cells_may_be() {
    let file = workbook(
        &[
            &["email", "reference", "amount"],
            &["a@b.ro", r#"<c t="str"><f>A1</f><v>ref</v></c>"#, "<c><f>5*2.5</f><v>12.5</v></c>"],
            &["a@b.ro", "<c><f>A1</f></c>", r#"<c t="e"><v>#DIV/0!</v></c>"#],
            &["a&amp;&#98;@c.ro", r#"<c t="b"><v>1</v></c>"#, r#"<c t="n"><v>1E2</v></c>"#],
            &["", r#"<c s="5"/>"#, "<c><v></v></c>"],
            &[
                "<c t=\"inlineStr\"><is><r><t>x@</t></r><r><t>y.ro</t></r><rPh><t>no</t></rPh></is></c>",
                "<![CDATA[no]]>",
            ],
        ],
        &[],
    );
    let (rows, _) = read(COMPLETIONS, file);
    assert_eq!(
        brief(&rows),
        [
            "2: a@b.ro - ref 1250 -",
            "3! B [] formula_not_computed; C [#DIV/0!] cell_error",
            "4! B [TRUE] not_text",
            "6! B [] reference_missing; C [] amount_missing",
        ]
    );
    let Content::Faults(faults) = &rows[1].content else { panic!() };
    assert_eq!(faults[0].code, Code::FormulaNotComputed);
}

#[test]
fn both_ways_to_count_days() {
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-418]d\ mmmm\ yyyy"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="2"/></cellXfs></styleSheet>"#;
    let book = |props: &str| {
        format!(
            r#"<workbook xmlns:r="r">{props}<sheets><sheet name="Hidden" state="hidden" r:id="r9"/><sheet name="One" r:id="r1"/></sheets></workbook>"#
        )
    };
    let rows: [&[&str]; 2] = [
        &["email", "points", "birthday", "last_day", "registered_at"],
        &[
            "a@b.ro",
            "<c><v>1</v></c>",
            r#"<c s="1"><v>30000.75</v></c>"#,
            r#"<c s="2"><v>44653</v></c>"#,
            r#"<c s="3"><v>44653</v></c>"#,
        ],
    ];
    for (props, expect) in [
        ("", "2: a@b.ro - 1 2022-04-02 - 2022-04-02 1982-02-18 -"),
        (r#"<workbookPr date1904="1"/>"#, "2: a@b.ro - 1 2026-04-03 - 2026-04-03 1986-02-19 -"),
    ] {
        let file = workbook(&rows, &[("xl/styles.xml", styles), ("xl/workbook.xml", &book(props))]);
        assert_eq!(brief(&read(Kind::Balances, file).0), [expect]);
    }
}

#[test]
fn shared_texts_and_rows_with_gaps() {
    let shared = "<sst><si><t>E-mail</t></si><si><t xml:space=\"preserve\"> a@b.ro </t></si><si><r><t>c@</t></r><r><t>d.ro</t></r></si></sst>";
    let cells = r#"<worksheet><sheetData><row r="3"><c r="C3" t="s"><v>0</v></c></row><row r="7"><c r="B7" t="s"><v>0</v></c>
        <c r="C7" t="s"><v>1</v></c></row><row r="1048576"><c r="C1048576" t="s"><v>2</v></c></row></sheetData></worksheet>"#;
    let (rows, summary) = read(ONCE, zip(&parts(cells, &[("xl/sharedStrings.xml", shared)])));
    assert_eq!(brief(&rows), ["7: a@b.ro - - - -", "1048576: c@d.ro - - - -"]);
    assert_eq!(summary.columns[0].column, "C");
}

#[test]
fn a_package_may_be_laid_out_otherwise() {
    let root = relations(&[("r1", "officeDocument", "/Book.xml")]);
    let book = r#"<x:workbook xmlns:x="x" xmlns:r="r"><x:sheets><x:sheet name="S" r:id="s"/></x:sheets></x:workbook>"#;
    let related = relations(&[("s", "worksheet", "data/../data/./S.xml")]);
    let cells = sheet(&[&["email"], &["a@b.ro"]]);
    let file = parts(
        "",
        &[
            ("_rels/.rels", &root),
            ("book.xml", book),
            ("_rels/book.xml.rels", &related),
            ("data/s.xml", &cells),
        ],
    );
    assert_eq!(brief(&read(ONCE, zip(&file)).0), ["2: a@b.ro - - - -"]);
}

// S0.3: a template to download.
#[cfg(feature = "templates")]
#[test]
fn templates_are_workbooks_that_can_be_read() {
    use fidela_sheets::{Language, template};
    for kind in template::KINDS {
        for language in Language::ALL {
            let file = template::xlsx(kind, language).unwrap();
            assert_eq!(file, template::xlsx(kind, language).unwrap(), "the same each time");
            let (rows, summary) = read(kind, &file);
            assert_eq!((rows.len(), summary.warnings.len()), (0, 0));
            assert_eq!(summary.columns.len(), template::columns(kind, language).len());
        }
    }
}
