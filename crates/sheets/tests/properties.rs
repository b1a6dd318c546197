//! What holds for all files.

mod support;

use fidela_sheets::{Content, Kind};
use proptest::prelude::*;
use support::{COMPLETIONS, entry, options, parts, read_by, sheet, zip};

/// Bytes that look a little like a CSV file.
fn like_csv() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        4 => prop::sample::select(vec![
            "email", "E-mail", "points", "puncte", "reference", "amount", ",", ";", "\t", "\n", "\r\n", "\r", "\"",
            "\"\"", " ", "a@b.ro", "12,50", "1.234", "é", "ș", "€", "\u{feff}", "sep=;\n", "=1", "#N/A",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

/// Tokens of a sheet's XML, in any order.
fn like_sheet() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "<row>",
        "</row>",
        "<row r=\"3\">",
        "<c>",
        "</c>",
        "<c r=\"B2\" t=\"s\">",
        "<c t=\"inlineStr\">",
        "<c t=\"b\" s=\"1\">",
        "<v>",
        "</v>",
        "<is>",
        "</is>",
        "<t>",
        "</t>",
        "<f>",
        "</f>",
        "<f/>",
        "<v/>",
        "1",
        "a@b.ro",
        "&amp;",
        "&#0;",
        "&x;",
        "<!-- -->",
        "<![CDATA[x]]>",
        "<?x?>",
        "-5E300",
        "</sheetData>",
        "<rPh>",
        "</rPh>",
        "<",
        ">",
        "\0",
    ]);
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic_and_any_pieces_give_the_same(
        bytes in prop_oneof![like_csv(), prop::collection::vec(any::<u8>(), 0..400)],
        header in any::<bool>(),
        piece in 1_usize..50,
    ) {
        let mut file = if header { b"email;reference;amount\n".to_vec() } else { Vec::new() };
        file.extend(bytes);
        for kind in [COMPLETIONS, Kind::Balances] {
            let whole = read_by(options(kind), &file, usize::MAX);
            prop_assert_eq!(&read_by(options(kind), &file, piece), &whole);
            prop_assert_eq!(&read_by(options(kind), &file, 1), &whole);
            let mut last = 0;
            for row in &whole.0 {
                prop_assert!(row.number > last);
                last = row.number;
            }
        }
    }

    #[test]
    fn no_sheet_panics(xml in like_sheet()) {
        let rows = sheet(&[&["email"]]).replace("</sheetData>", &format!("{xml}</sheetData>"));
        let _ = read_by(options(Kind::Balances), &zip(&parts(&rows, &[])), 1_000);
    }

    #[test]
    fn no_zip_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let shared = "<sst><si><t>email</t></si></sst>";
        let mut file = zip(&parts(&sheet(&[&["<c t=\"s\"><v>0</v></c>"], &["a@b.ro"]]), &[("xl/sharedStrings.xml", shared)]));
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = read_by(options(Kind::Balances), &file, 1_000);
        file.truncate(cut.index(file.len()));
        let _ = read_by(options(Kind::Balances), &file, 1_000);
    }

    #[test]
    fn no_entry_panics(content in prop::collection::vec(any::<u8>(), 0..200), which in 0_usize..5) {
        let mut entries = parts(&sheet(&[&["email"]]), &[]);
        let name = String::from_utf8(entries[which].name.clone()).unwrap();
        entries[which] = entry(&name, content);
        let _ = read_by(options(Kind::Balances), &zip(&entries), 1_000);
    }

    // S0.6: what people write is what they mean.
    #[test]
    fn money_is_read_as_it_was_written(amount in 1_i64..10_000_000_000, style in 0_u8..6) {
        let (whole, cents) = (amount / 100, amount % 100);
        let grouped = |apart: &str| {
            let digits = whole.to_string();
            let mut text = String::new();
            for (i, digit) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i) % 3 == 0 {
                    text.push_str(apart);
                }
                text.push(digit);
            }
            text
        };
        let text = match style {
            0 => format!("{whole}.{cents:02}"),
            1 => format!("{whole},{cents:02}"),
            2 => format!("{},{cents:02}", grouped(".")),
            3 => format!("{}.{cents:02}", grouped(",")),
            4 => format!("{},{cents:02} lei", grouped(" ")),
            _ => format!("RON {},{cents:02}", grouped("\u{202f}")),
        };
        let file = format!("email;reference;amount\na@b.ro;r;{text}\n");
        let (rows, _) = read_by(options(COMPLETIONS), file.as_bytes(), 100);
        let Content::Completion(done) = &rows[0].content else { panic!("{text}: {rows:?}") };
        prop_assert_eq!(done.amount, Some(amount), "{}", text);
    }
}
