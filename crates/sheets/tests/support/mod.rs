//! Files for tests, built by hand, so that they can be wrong in any way.
#![allow(dead_code, reason = "each test binary uses its part")]

use fidela_sheets::{Content, Currency, FileFault, Kind, Language, Options, Reader, Row, Summary};

/// A mission's completions, with references and amounts.
pub(crate) const COMPLETIONS: Kind = Kind::Completions { reference: true, amount: true };
/// Those of a mission that is done once.
pub(crate) const ONCE: Kind = Kind::Completions { reference: false, amount: false };

pub(crate) fn options(kind: Kind) -> Options {
    Options::new(kind, Language::Romanian, Currency::of("RON").unwrap())
}

/// What a file gives, fed in pieces.
pub(crate) fn read_by(
    options: Options,
    bytes: &[u8],
    piece: usize,
) -> (Vec<Row>, Result<Summary, FileFault>) {
    let (mut reader, mut rows) = (Reader::new(options), Vec::new());
    for piece in bytes.chunks(piece.max(1)) {
        if let Err(fault) = reader.feed(piece, &mut |row| rows.push(row)) {
            return (rows, Err(fault));
        }
    }
    let summary = reader.finish(&mut |row| rows.push(row));
    (rows, summary)
}

pub(crate) fn read(kind: Kind, bytes: impl AsRef<[u8]>) -> (Vec<Row>, Summary) {
    let (rows, summary) = read_by(options(kind), bytes.as_ref(), 1 << 16);
    (rows, summary.unwrap())
}

/// Each row in short: `2: a@b.ro c-1 …`, or its faults.
pub(crate) fn brief(rows: &[Row]) -> Vec<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    let day = |day: &Option<jiff::civil::Date>| day.map_or("-".to_owned(), |day| day.to_string());
    let number = |n: Option<i64>| n.map_or("-".to_owned(), |n| n.to_string());
    let one = |row: &Row| match &row.content {
        Content::Completion(c) => format!(
            "{}: {} {} {} {} {}",
            row.number,
            or(&c.email),
            or(&c.customer_id),
            or(&c.reference),
            number(c.amount),
            or(&c.order_id)
        ),
        Content::Balance(b) => format!(
            "{}: {} {} {} {} {} {} {} {}",
            row.number,
            or(&b.email),
            or(&b.customer_id),
            b.points,
            day(&b.last_day),
            number(b.spent),
            day(&b.registered_at),
            day(&b.birthday),
            or(&b.name)
        ),
        Content::Faults(faults) => {
            let faults = faults.iter().map(|fault| {
                assert_eq!(fault.row, row.number);
                format!("{} [{}] {}", fault.column.as_deref().unwrap_or("-"), fault.value, fault.code)
            });
            format!("{}! {}", row.number, faults.collect::<Vec<_>>().join("; "))
        }
    };
    rows.iter().map(one).collect()
}

/// An entry of a zip, with what it says about itself.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) data: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc: u32,
    pub(crate) size: u32,
    /// Where the directory says that it starts, if not where it does.
    pub(crate) starts_with: Option<usize>,
}

pub(crate) fn entry(name: &str, content: impl AsRef<[u8]>) -> Entry {
    let content = content.as_ref();
    Entry {
        name: name.into(),
        data: miniz_oxide::deflate::compress_to_vec(content, 6),
        method: 8,
        flags: 0,
        crc: crc(content),
        size: u32::try_from(content.len()).unwrap(),
        starts_with: None,
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256_u32)
        .map(|n| (0..8).fold(n, |n, _| if n & 1 == 1 { (n >> 1) ^ 0xedb8_8320 } else { n >> 1 }))
        .collect();
    !bytes.iter().fold(!0, |crc, byte| table[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8))
}

pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut file, mut directory, mut starts) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
        let compressed = u32::try_from(entry.data.len()).unwrap().to_le_bytes();
        let mut common = [20, 0].to_vec();
        common.extend(entry.flags.to_le_bytes());
        common.extend(entry.method.to_le_bytes());
        common.extend([0, 0, 33, 0]);
        common.extend(entry.crc.to_le_bytes());
        common.extend(compressed);
        common.extend(entry.size.to_le_bytes());
        common.extend(short(entry.name.len()));
        common.extend([0, 0]);
        starts.push(u32::try_from(file.len()).unwrap());
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(&entry.name);
        file.extend(&entry.data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(starts[entry.starts_with.unwrap_or(starts.len() - 1)].to_le_bytes());
        directory.extend(&entry.name);
    }
    let start = u32::try_from(file.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count);
    file.extend(count);
    file.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0, 0]);
    file
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(crate) fn relations(of: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        let target = match target.strip_prefix("External:") {
            Some(target) => format!(r#"Target="{target}" TargetMode="External""#),
            None => format!(r#"Target="{target}""#),
        };
        format!(r#"<Relationship Id="{id}" Type="{RELATIONS}/{kind}" {target}/>"#)
    };
    format!("<Relationships>{}</Relationships>", of.iter().map(one).collect::<String>())
}

/// The parts of a workbook of one sheet; `extra` replaces those of the same name.
pub(crate) fn parts(sheet: &str, extra: &[(&str, &str)]) -> Vec<Entry> {
    let book =
        r#"<workbook xmlns:r="r"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let related = relations(&[
        ("r1", "worksheet", "worksheets/sheet1.xml"),
        ("r2", "sharedStrings", "sharedStrings.xml"),
        ("r3", "styles", "/xl/styles.xml"),
    ]);
    let mut parts = vec![
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", relations(&[("r1", "officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", book.to_owned()),
        ("xl/_rels/workbook.xml.rels", related),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    for (name, content) in extra {
        parts.retain(|(known, _)| known != name);
        parts.push((name, (*content).to_owned()));
    }
    parts.iter().map(|(name, content)| entry(name, content)).collect()
}

/// A sheet of rows; each cell is XML (`<c …>`) or a text.
pub(crate) fn sheet(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| {
        if text.starts_with('<') {
            (*text).to_owned()
        } else {
            format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#)
        }
    };
    let row = |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    format!("<worksheet><sheetData>{}</sheetData></worksheet>", rows.iter().map(row).collect::<String>())
}

pub(crate) fn workbook(rows: &[&[&str]], extra: &[(&str, &str)]) -> Vec<u8> {
    zip(&parts(&sheet(rows), extra))
}

/// A sheet of one good row and whatever XML follows it.
pub(crate) fn sheet_with(xml: &str) -> String {
    sheet(&[&["email"], &["a@b.ro"]]).replace("</sheetData>", &format!("{xml}</sheetData>"))
}
