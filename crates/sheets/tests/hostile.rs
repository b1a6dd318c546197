//! Files that nobody means well with, and files that are merely something else. Each is refused with its code,
//! within 64 MB of memory, and without a panic. One test runs them all, because it counts all memory.

#[path = "support/heap.rs"]
mod heap;
mod support;

use fidela_sheets::FileCode::{
    self, CellTooLong, ColumnDoubled, ColumnMissing, CompressionUnknown, EncodingInvalid, FileBinary,
    FileBinaryWorkbook, FileDamaged, FileEmpty, FileEncrypted, FileHtml, FileInflates, FileJson,
    FileNotASpreadsheet, FileOldExcel, FileOpenDocument, FilePdf, FileTooLarge, FileUnsafe, FileZip,
    HeaderMissing, QuoteNotClosed, SheetMissing, TooManyColumns, TooManyRows, TooMuchText, XmlDtd,
};
use fidela_sheets::{Kind, limits};
use heap::{Heap, most};
use std::fmt::Write;
use support::{Entry, ONCE, entry, options, parts, relations, sheet, sheet_with, workbook, zip};

#[global_allocator]
static HEAP: Heap = Heap;

/// A file that is made when its turn comes.
type Make = Box<dyn Fn() -> Vec<u8>>;

fn file(bytes: impl AsRef<[u8]> + 'static) -> Make {
    Box::new(move || bytes.as_ref().to_vec())
}

/// A workbook whose sheet has one good row, with some parts replaced.
fn with(extra: &[(&str, &str)]) -> Vec<u8> {
    zip(&parts(&sheet_with(""), extra))
}

/// A workbook whose sheet is XML of any kind.
fn of_sheet(xml: &str) -> Vec<u8> {
    zip(&parts(xml, &[]))
}

/// A workbook with one entry changed.
fn changed(name: &str, change: impl Fn(&mut Entry)) -> Vec<u8> {
    let mut entries = parts(&sheet_with(""), &[]);
    change(entries.iter_mut().find(|entry| entry.name == name.as_bytes()).unwrap());
    zip(&entries)
}

/// A workbook with entries added.
fn and(more: Vec<Entry>) -> Vec<u8> {
    zip(&[parts(&sheet_with(""), &[]), more].concat())
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn texts() -> Vec<(&'static str, FileCode, Make)> {
    let utf_16 =
        |units: &'static [u16]| file(units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>());
    vec![
        ("nothing", FileEmpty, file("")),
        ("empty lines", HeaderMissing, file("\n \n;;\n")),
        ("only a byte order mark", HeaderMissing, file("\u{feff}")),
        ("no header", HeaderMissing, file("a@b.ro,1\n")),
        ("a column is missing", ColumnMissing, file("order\n1\n")),
        ("a column twice", ColumnDoubled, file("email,correo\n")),
        ("NUL", FileBinary, file("email\na@b\0.ro\n")),
        ("UTF-16 without its mark", FileBinary, file("e\0m\0a\0i\0l\0\n\0")),
        ("half a pair of surrogates", EncodingInvalid, utf_16(&[0xfeff, 0x65, 0xd800, 0x65])),
        ("half a character of UTF-16", EncodingInvalid, file(b"\xff\xfee\0m\0a\0i\0l\0\n\0a")),
        ("two encodings", EncodingInvalid, file(b"email\n\xc3\xa9@b.ro\n\xe9@b.ro\n")),
        ("a byte that no code page has", EncodingInvalid, file(b"email\n\xe9\x81@b.ro\n")),
        ("a program", FileNotASpreadsheet, file(b"\x7fELF\x02\x01\x01\0\0")),
        ("a picture", FileNotASpreadsheet, file(b"\x89PNG\r\n\x1a\n\0\0")),
        (".xls, or a password", FileOldExcel, file(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")),
        (".xls of 1995", FileOldExcel, file(b"\x09\x08\x10\x00\x00\x05\x05\x00")),
        ("PDF", FilePdf, file("%PDF-1.7\n%âãÏÓ\n")),
        ("PDF after a space", FilePdf, file("\n %PDF-1.7\nemail\n")),
        ("a web page called .xls", FileHtml, file("<html><table><tr><td>email</td></tr></table>")),
        ("a workbook as XML", FileHtml, file("\u{feff}\n<?xml version=\"1.0\"?><Workbook/>")),
        ("JSON", FileJson, file("{\"email\":\"a@b.ro\"}")),
        ("a list of JSON", FileJson, file("\n[{\"email\": 1}]\n")),
        ("RTF", FileNotASpreadsheet, file("{\\rtf1 email}")),
        ("gzip", FileZip, file(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")),
        ("RAR", FileZip, file(b"Rar!\x1a\x07\x01\0")),
        ("7z", FileZip, file(b"7z\xbc\xaf\x27\x1c\0\x04")),
        ("an empty zip", FileZip, file(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")),
        ("a quotation mark alone", QuoteNotClosed, file("email\n\"a@b.ro\nc@d.ro\n")),
        ("a quotation mark in the header", QuoteNotClosed, file("\"email\na@b.ro\n")),
        (
            "a long header in quotation marks",
            QuoteNotClosed,
            Box::new(|| vec![b'"'; 1].into_iter().chain(vec![b'a'; 1 << 20]).collect()),
        ),
        (
            "a quotation mark and 10 MB",
            CellTooLong,
            Box::new(|| format!("email\n\"{}", "a@b.ro\n".repeat(1_500_000)).into()),
        ),
        ("a long cell", CellTooLong, Box::new(|| format!("email\n{}\n", "a".repeat(1 << 20)).into())),
        (
            "a cell a little too long",
            CellTooLong,
            Box::new(|| format!("email,x\na@b.ro,{}\n", "é".repeat(2_001)).into()),
        ),
        ("a header without an end", CellTooLong, Box::new(|| vec![b'a'; 1 << 20])),
        ("65 columns", TooManyColumns, Box::new(|| format!("email{}\n", ",x".repeat(64)).into())),
        (
            "a header of a million columns",
            TooManyColumns,
            Box::new(|| format!("email{}\n", ";x".repeat(1_000_000)).into()),
        ),
        (
            "a row of a million columns",
            TooManyColumns,
            Box::new(|| format!("email\na@b.ro{}\n", ",x".repeat(1_000_000)).into()),
        ),
        ("100,001 rows", TooManyRows, Box::new(|| format!("email\n{}", "a@b.ro\n".repeat(100_001)).into())),
        (
            "a row below all rows",
            TooManyRows,
            Box::new(|| format!("email{}a@b.ro\n", "\n".repeat(1_048_576)).into()),
        ),
        ("20 MB of line feeds", HeaderMissing, Box::new(|| vec![b'\n'; limits::FILE_BYTES])),
        (
            "a byte more than 20 MB",
            FileTooLarge,
            Box::new(|| {
                let mut file = format!("email\n{}", "\n".repeat(900_000)).into_bytes();
                while file.len() <= limits::FILE_BYTES {
                    file.extend([b','; 300]);
                    file.push(b'\n');
                }
                file
            }),
        ),
    ]
}

fn zips() -> Vec<(&'static str, FileCode, Make)> {
    vec![
        ("a zip of a CSV", FileZip, Box::new(|| zip(&[entry("list.csv", "email\na@b.ro\n")]))),
        (
            "a workbook in a zip",
            FileZip,
            Box::new(|| zip(&[entry("list.xlsx", workbook(&[&["email"]], &[]))])),
        ),
        (
            "42.zip",
            FileZip,
            Box::new(|| {
                let inner = zip(&[entry("0", vec![0; 1 << 20])]);
                zip(&(0..16).map(|n| entry(&format!("lib {n}.zip"), &inner)).collect::<Vec<_>>())
            }),
        ),
        (
            "a letter",
            FileZip,
            Box::new(|| {
                let root = relations(&[("r1", "officeDocument", "word/document.xml")]);
                zip(&[
                    entry("[Content_Types].xml", ""),
                    entry("_rels/.rels", root),
                    entry("word/document.xml", "<w:document/>"),
                    entry("word/_rels/document.xml.rels", "<Relationships/>"),
                ])
            }),
        ),
        (
            "ODS",
            FileOpenDocument,
            Box::new(|| {
                let kind = "application/vnd.oasis.opendocument.spreadsheet";
                zip(&[entry("mimetype", kind), entry("content.xml", "<office:document-content/>")])
            }),
        ),
        ("XLSB", FileBinaryWorkbook, Box::new(|| and(vec![entry("xl/workbook.bin", "\x01")]))),
        ("a zip with a password", FileEncrypted, Box::new(|| changed(SHEET, |entry| entry.flags = 1))),
        ("AES", FileEncrypted, Box::new(|| changed(SHEET, |entry| entry.method = 99))),
        ("LZMA", CompressionUnknown, Box::new(|| changed(SHEET, |entry| entry.method = 14))),
        (
            "half a zip",
            FileDamaged,
            Box::new(|| {
                let whole = with(&[]);
                whole[..whole.len() / 2].to_vec()
            }),
        ),
        (
            "a zip without its last byte",
            FileDamaged,
            Box::new(|| {
                let whole = with(&[]);
                whole[..whole.len() - 1].to_vec()
            }),
        ),
        ("only the sign of a zip", FileDamaged, file(b"PK\x03\x04\0\0\0\0")),
        ("another checksum", FileDamaged, Box::new(|| changed(SHEET, |entry| entry.crc ^= 1))),
        ("less than it says", FileDamaged, Box::new(|| changed(SHEET, |entry| entry.size += 1))),
        ("more than it says", FileDamaged, Box::new(|| changed(SHEET, |entry| entry.size -= 1))),
        ("no deflate", FileDamaged, Box::new(|| changed(SHEET, |entry| entry.data.fill(0xff)))),
        (
            "deflate that breaks off",
            FileDamaged,
            Box::new(|| changed(SHEET, |entry| entry.data.truncate(entry.data.len() / 2))),
        ),
        (
            "a directory that lies elsewhere",
            FileDamaged,
            Box::new(|| {
                let mut whole = with(&[]);
                let at = whole.len() - 6;
                whole[at..at + 4].fill(0xfe);
                let size = whole.len() - 10;
                whole[size..size + 4].fill(0xfe);
                whole
            }),
        ),
        (
            "entries over each other",
            FileUnsafe,
            Box::new(|| {
                let mut entries = parts(&sheet_with(""), &[]);
                let mut over = entries[4].clone();
                over.name = b"xl/other.xml".to_vec();
                over.starts_with = Some(4);
                entries.push(over);
                zip(&entries)
            }),
        ),
        ("the same name twice", FileUnsafe, Box::new(|| and(vec![entry("XL/Workbook.xml", "<workbook/>")]))),
        ("a name that climbs", FileUnsafe, Box::new(|| and(vec![entry("../../etc/passwd", "x")]))),
        ("a name from the root", FileUnsafe, Box::new(|| and(vec![entry("/etc/passwd", "x")]))),
        ("a name of Windows", FileUnsafe, Box::new(|| and(vec![entry("C:\\x", "x")]))),
        (
            "a name that is no text",
            FileUnsafe,
            Box::new(|| {
                let mut odd = entry("x", "x");
                odd.name = b"\xff\xfe".to_vec();
                and(vec![odd])
            }),
        ),
        (
            "5,000 entries",
            FileUnsafe,
            Box::new(|| and((0..5_000).map(|n| entry(&format!("x/{n}"), "")).collect())),
        ),
    ]
}

fn bombs() -> Vec<(&'static str, FileCode, Make)> {
    let comments = |bytes: usize| format!("<!--{}-->", " ".repeat(1_000)).repeat(bytes / 1_007);
    vec![
        ("64 MB in 64 kB", FileInflates, Box::new(move || of_sheet(&sheet_with(&comments(64 << 20))))),
        (
            "the same, and says that it is small",
            FileDamaged,
            Box::new(move || {
                let mut entries = parts(&sheet_with(&comments(64 << 20)), &[]);
                entries[4].size = 1_000;
                zip(&entries)
            }),
        ),
        (
            "a small one that says it is 4 GB",
            FileInflates,
            Box::new(|| changed(SHEET, |entry| entry.size = u32::MAX - 1)),
        ),
        (
            "160 MB that look like data",
            FileInflates,
            Box::new(|| {
                let mut text = String::new();
                let mut random = 1_u64;
                for _ in 0..400_000 {
                    random = random
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    write!(text, "<!--{random:x}{:400}-->", "").unwrap();
                }
                of_sheet(&sheet_with(&text))
            }),
        ),
        (
            "shared texts that inflate",
            FileInflates,
            Box::new(|| {
                let texts = format!("<si><t>{}</t></si>", "a".repeat(1_900)).repeat(20_000);
                with(&[("xl/sharedStrings.xml", &format!("<sst>{texts}</sst>"))])
            }),
        ),
        (
            "20 MB of shared texts",
            TooMuchText,
            Box::new(|| {
                let mut texts = String::new();
                for n in 0..400_000_u64 {
                    let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    write!(texts, "<si><t>{mixed:016x}{n:034}</t></si>").unwrap();
                }
                with(&[("xl/sharedStrings.xml", &format!("<sst>{texts}</sst>"))])
            }),
        ),
        (
            "two million shared texts",
            TooMuchText,
            Box::new(|| {
                let mut texts = String::new();
                for n in 0..2_000_000 {
                    write!(texts, "<si><t>{n}</t></si>").unwrap();
                }
                with(&[("xl/sharedStrings.xml", &format!("<sst>{texts}</sst>"))])
            }),
        ),
        ("one text of 900 kB", FileUnsafe, Box::new(|| of_sheet(&sheet_with(&" ".repeat(900_000))))),
        (
            "one tag of 900 kB",
            FileUnsafe,
            Box::new(|| of_sheet(&sheet_with(&format!("<x y=\"{}\"/>", " ".repeat(900_000))))),
        ),
        (
            "50,000 attributes",
            FileUnsafe,
            Box::new(|| of_sheet(&sheet_with(&format!("<x {}/>", "a=\"\" ".repeat(60_000))))),
        ),
        (
            "100,000 elements in each other",
            FileUnsafe,
            Box::new(|| of_sheet(&sheet_with(&"<x>".repeat(100_000)))),
        ),
        (
            "70,000 styles",
            FileUnsafe,
            Box::new(|| {
                let xfs = format!("<s><cellXfs>{}</cellXfs></s>", "<xf/>".repeat(70_000));
                with(&[("xl/styles.xml", &xfs)])
            }),
        ),
        (
            "2,000 sheets",
            FileUnsafe,
            Box::new(|| {
                let sheets = r#"<sheet name="One" r:id="r1"/>"#.repeat(2_000);
                with(&[("xl/workbook.xml", &format!("<workbook><sheets>{sheets}</sheets></workbook>"))])
            }),
        ),
    ]
}

fn workbooks() -> Vec<(&'static str, FileCode, Make)> {
    let dtd = |dtd: &'static str, text: &'static str| -> Make {
        Box::new(move || of_sheet(&format!("<?xml version=\"1.0\"?>{dtd}{}", sheet(&[&["email"], &[text]]))))
    };
    let cell = |xml: &'static str| -> Make { Box::new(move || workbook(&[&["email"], &[xml]], &[])) };
    let rows = |xml: &'static str| -> Make { Box::new(move || of_sheet(&sheet_with(xml))) };
    let book = |xml: &'static str| -> Make { Box::new(move || with(&[("xl/workbook.xml", xml)])) };
    let root = |target: &'static str| -> Make {
        Box::new(move || with(&[("_rels/.rels", &relations(&[("r1", "officeDocument", target)]))]))
    };
    let to_sheet = |target: &'static str| -> Make {
        Box::new(move || with(&[("xl/_rels/workbook.xml.rels", &relations(&[("r1", "worksheet", target)]))]))
    };
    vec![
        (
            "billion laughs",
            XmlDtd,
            dtd(
                "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>",
                "&c;",
            ),
        ),
        (
            "an entity of a file",
            XmlDtd,
            dtd("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "&a;"),
        ),
        ("an entity of the web", XmlDtd, dtd("<!DOCTYPE x SYSTEM \"http://example.com/x.dtd\">", "a@b.ro")),
        ("an entity that nobody defines", XmlDtd, dtd("", "&nbsp;a@b.ro")),
        ("an entity in an attribute", XmlDtd, rows("<row r=\"&x;\"></row>")),
        (
            "XML of UTF-16",
            FileDamaged,
            Box::new(|| {
                of_sheet(
                    &sheet_with("")
                        .replace("<worksheet>", "<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet>"),
                )
            }),
        ),
        ("XML that breaks off", FileDamaged, Box::new(|| of_sheet("<worksheet><sheetData><row><c><v>1"))),
        ("XML that closes something else", FileDamaged, rows("<row></c></row>")),
        (
            "bytes that are no UTF-8",
            FileDamaged,
            Box::new(|| {
                let mut entries = parts("", &[]);
                let xml: Vec<u8> = sheet_with("<row><c t=\"inlineStr\"><is><t>~</t></is></c></row>")
                    .bytes()
                    .map(|b| if b == b'~' { 0xff } else { b })
                    .collect();
                entries[4] = entry(SHEET, xml);
                zip(&entries)
            }),
        ),
        ("no XML", FileDamaged, Box::new(|| of_sheet("email,points\n"))),
        ("no sheet's XML", FileDamaged, Box::new(|| of_sheet("<chartsheet/>"))),
        ("a sheet that is not there", FileDamaged, to_sheet("worksheets/sheet9.xml")),
        (
            "a sheet without its relation",
            FileDamaged,
            Box::new(|| with(&[("xl/_rels/workbook.xml.rels", "<Relationships/>")])),
        ),
        ("no relations", FileDamaged, Box::new(|| zip(&[entry("[Content_Types].xml", "<Types/>")]))),
        ("a workbook that is not there", FileDamaged, root("xl/other.xml")),
        ("a workbook that is none", FileZip, book("<w:document/>")),
        ("a way out of the package", FileUnsafe, to_sheet("../../sheet1.xml")),
        ("a way to the web", FileUnsafe, to_sheet("http://example.com/sheet1.xml")),
        ("a way outside, and says so", FileUnsafe, to_sheet("External:worksheets/sheet1.xml")),
        ("a way to a disk", FileUnsafe, root("C:\\book.xml")),
        ("a way in escapes", FileUnsafe, to_sheet("%2e%2e/%2e%2e/x.xml")),
        ("a way to nowhere", FileUnsafe, to_sheet("..")),
        ("no sheets", SheetMissing, book("<workbook><sheets/></workbook>")),
        (
            "sheets that are hidden",
            SheetMissing,
            book(
                "<workbook><sheets><sheet name=\"a\" state=\"hidden\" r:id=\"r1\"/><sheet name=\"b\" state=\"veryHidden\" r:id=\"r1\"/></sheets></workbook>",
            ),
        ),
        (
            "a sheet of charts",
            SheetMissing,
            Box::new(|| {
                with(&[(
                    "xl/_rels/workbook.xml.rels",
                    &relations(&[("r1", "chartsheet", "worksheets/sheet1.xml")]),
                )])
            }),
        ),
        ("an empty sheet", HeaderMissing, Box::new(|| of_sheet("<worksheet><sheetData/></worksheet>"))),
        ("a value in column 65", TooManyColumns, rows("<row><c r=\"BM3\"><v>1</v></c></row>")),
        (
            "a million columns",
            TooManyColumns,
            Box::new(|| {
                let mut cells = String::new();
                for n in 0..200_000 {
                    write!(cells, "<c s=\"{}\"/>", n % 977).unwrap();
                }
                of_sheet(&sheet_with(&format!("<row>{cells}</row>")))
            }),
        ),
        ("a column beyond all columns", FileDamaged, rows("<row><c r=\"ZZZ3\"><v>1</v></c></row>")),
        ("a place that is none", FileDamaged, rows("<row><c r=\"33\"><v>1</v></c></row>")),
        (
            "columns that go back",
            FileDamaged,
            rows("<row><c r=\"C3\"><v>1</v></c><c r=\"B3\"><v>1</v></c></row>"),
        ),
        ("rows that go back", FileDamaged, rows("<row r=\"9\"></row><row r=\"8\"></row>")),
        (
            "row 0",
            FileDamaged,
            Box::new(|| of_sheet("<worksheet><sheetData><row r=\"0\"></row></sheetData></worksheet>")),
        ),
        ("row 4,294,967,296", FileDamaged, rows("<row r=\"4294967296\"></row>")),
        ("row 1,048,577", FileDamaged, rows("<row r=\"1048577\"></row>")),
        (
            "a cell outside of rows",
            FileDamaged,
            Box::new(|| of_sheet("<worksheet><sheetData><c><v>1</v></c></sheetData></worksheet>")),
        ),
        (
            "100,001 rows",
            TooManyRows,
            Box::new(|| {
                let mut rows = String::new();
                for n in 0..100_000 {
                    write!(rows, "<row><c><v>{n}</v></c></row>").unwrap();
                }
                of_sheet(&sheet_with(&rows))
            }),
        ),
        ("a long cell", CellTooLong, Box::new(|| workbook(&[&["email"], &[&"a".repeat(2_001)]], &[]))),
        (
            "a cell of many pieces",
            CellTooLong,
            Box::new(|| workbook(&[&["email"], &[&"&amp;".repeat(9_000)]], &[])),
        ),
        (
            "a long shared text",
            CellTooLong,
            Box::new(|| {
                let texts = format!("<sst><si><t>{}</t></si></sst>", "é".repeat(2_001));
                workbook(&[&["email"], &["<c t=\"s\"><v>0</v></c>"]], &[("xl/sharedStrings.xml", &texts)])
            }),
        ),
        ("a shared text that is not there", FileDamaged, cell("<c t=\"s\"><v>5</v></c>")),
        ("a shared text below zero", FileDamaged, cell("<c t=\"s\"><v>-1</v></c>")),
        ("a number that is none", FileDamaged, cell("<c><v>five</v></c>")),
        ("a truth that is none", FileDamaged, cell("<c t=\"b\"><v>2</v></c>")),
        ("a kind of cell that is none", FileDamaged, cell("<c t=\"z\"><v>2</v></c>")),
        ("a style that is none", FileDamaged, cell("<c s=\"-1\"><v>2</v></c>")),
        (
            "a format that is none",
            FileDamaged,
            Box::new(|| with(&[("xl/styles.xml", "<s><cellXfs><xf numFmtId=\"x\"/></cellXfs></s>")])),
        ),
    ]
}

// S0.3: hostile files are refused early, with a code that says what is wrong; good ones need little.
#[test]
fn files_are_held_to_their_bounds() {
    hostile_files_are_refused();
    good_files_need_little_memory();
}

fn hostile_files_are_refused() {
    let cases: Vec<_> = [texts(), zips(), bombs(), workbooks()].into_iter().flatten().collect();
    assert!(cases.len() >= 100, "{}", cases.len());
    let (mut largest, mut wrong) = ((0, ""), Vec::new());
    for (name, expect, make) in &cases {
        let bytes = make();
        let (refused, took) = most(|| {
            let mut reader = fidela_sheets::Reader::new(options(ONCE));
            for piece in bytes.chunks(64 << 10) {
                reader.feed(piece, &mut |_| {})?;
            }
            reader.finish(&mut |_| {})
        });
        let code = refused.as_ref().map_err(|fault| fault.code);
        if code.is_ok() || code != Err(*expect) {
            wrong.push(format!("{name}: expected {expect}, got {refused:?}"));
        }
        largest = largest.max((took, name));
        assert!(took < 64 << 20, "{name} took {took} bytes");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} files; most memory: {} kB for {}", cases.len(), largest.0 >> 10, largest.1);
}

/// The longest files that are read at all.
fn good_files_need_little_memory() {
    let mut csv = "email;points;name\n".to_owned();
    let (mut texts, mut rows) = (String::new(), String::new());
    for n in 0..100_000 {
        writeln!(csv, "shopper-{n}@exemplu.ro;{n};Ana Ștefănescu").unwrap();
        write!(texts, "<si><t>shopper-{n}@exemplu.ro</t></si><si><t>Ana Ștefănescu {n}</t></si>").unwrap();
        let (email, name) = (n * 2 + 1, n * 2 + 2);
        write!(rows, "<row><c t=\"s\"><v>{email}</v></c><c><v>{n}</v></c><c t=\"s\"><v>{name}</v></c></row>")
            .unwrap();
    }
    let texts = format!("<sst><si><t>email</t></si>{texts}</sst>");
    let header =
        "<row><c t=\"s\"><v>0</v></c><c t=\"str\"><v>points</v></c><c t=\"str\"><v>name</v></c></row>";
    let sheet = format!("<worksheet><sheetData>{header}{rows}</sheetData></worksheet>");
    let xlsx = zip(&parts(&sheet, &[("xl/sharedStrings.xml", &texts)]));
    for (name, bytes, bound) in [("CSV", csv.as_bytes(), 100 << 10), ("XLSX", &xlsx, 32 << 20)] {
        let (rows, took) = most(|| {
            let mut reader = fidela_sheets::Reader::new(options(Kind::Balances));
            for piece in bytes.chunks(64 << 10) {
                reader.feed(piece, &mut |_| {}).unwrap();
            }
            reader.finish(&mut |_| {}).unwrap().rows
        });
        println!("{name} of {} kB: {} kB", bytes.len() >> 10, took >> 10);
        assert_eq!(rows, 100_000);
        assert!(took < bound, "{name} took {took} bytes");
    }
    at_every_limit();
}

/// A workbook of 20 MB, as many shared texts as there may be, and nearly as much text.
fn at_every_limit() {
    let mut texts = "<sst><si><t>email</t></si><si><t>a@b.ro</t></si>".to_owned();
    for n in 2..limits::SHARED_TEXTS {
        write!(texts, "<si><t>{n:09}</t></si>").unwrap();
    }
    texts.push_str("</sst>");
    let cells = sheet(&[&["<c t=\"s\"><v>0</v></c>"], &["<c t=\"s\"><v>1</v></c>"]]);
    let mut entries = parts(&cells, &[("xl/sharedStrings.xml", &texts)]);
    let used = zip(&entries).len();
    let mut other = entry("xl/media/image1.png", "");
    (other.method, other.data) = (0, vec![7; limits::FILE_BYTES - used - 1_000]);
    entries.push(other);
    let bytes = zip(&entries);
    let (read, took) = most(|| {
        let mut reader = fidela_sheets::Reader::new(options(ONCE));
        for piece in bytes.chunks(64 << 10) {
            reader.feed(piece, &mut |_| {})?;
        }
        reader.finish(&mut |_| {})
    });
    println!("at every limit: {} kB", took >> 10);
    assert_eq!(read.map(|summary| summary.rows), Ok(1));
    assert!((40 << 20..64 << 20).contains(&took), "{took} bytes");
}
