//! A workbook that is about as large as one may be: 100,000 rows, 1.4 million texts that are all different, and some
//! 17 MB that no compressor makes smaller.

use rust_xlsxwriter::Workbook;

const ROWS: u32 = 100_000;
/// With the two that say whom and what: the others are columns that nobody asked for.
const COLUMNS: u16 = 14;

/// A file of completions; each row counts.
pub(crate) fn full() -> Vec<u8> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for column in 0..COLUMNS {
        let name = match column {
            0 => "Customer ID".to_owned(),
            1 => "Reference".to_owned(),
            _ => format!("Note {column}"),
        };
        sheet.write(0, column, name).expect("a cell");
    }
    for row in 1..=ROWS {
        for column in 0..COLUMNS {
            sheet.write(row, column, random.word()).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// Xorshift: the same file each time.
struct Random(u64);

impl Random {
    fn word(&mut self) -> String {
        let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
        let mut letter = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let at = usize::try_from(self.0 >> 32).unwrap_or(0) % letters.len();
            letters[at]
        };
        (0..10).map(|_| letter()).collect()
    }
}
