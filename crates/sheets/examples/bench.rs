//! How fast files are read and how much memory that takes: `cargo run --release -p fidela-sheets --example bench`.
//! Each line: rows per second, and the most memory beyond the file's own bytes as they are sent.

#[path = "../tests/support/full.rs"]
mod full;
#[path = "../tests/support/heap.rs"]
mod heap;

use fidela_sheets::{Currency, Kind, Language, Options, Reader};
use heap::{Heap, most};
use rust_xlsxwriter::Workbook;
use std::fmt::Write;

#[global_allocator]
static HEAP: Heap = Heap;

/// Pieces in which a file arrives.
const PIECE: usize = 64 << 10;

fn main() {
    // With `full`, the largest alone.
    if std::env::args().nth(1).as_deref() != Some("full") {
        for rows in [10_000, 100_000] {
            measure("CSV", rows, &csv(rows));
            measure("XLSX", rows, &xlsx(rows));
        }
    }
    measure("full", 100_000, &full::full());
}

fn measure(name: &str, rows: u32, bytes: &[u8]) {
    let kind = Kind::Completions { reference: true, amount: name != "full" };
    let options = Options::new(kind, Language::Romanian, Currency::of("RON").expect("a currency"));
    #[expect(clippy::disallowed_methods, reason = "natively there is a clock")]
    let start = std::time::Instant::now();
    let (summary, took) = most(|| {
        let mut reader = Reader::new(options);
        for piece in bytes.chunks(PIECE) {
            reader.feed(piece, &mut |row| drop(row)).expect("a good file");
        }
        reader.finish(&mut |row| drop(row)).expect("a good file")
    });
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!((summary.rows, summary.faulty), (rows, 0));
    println!(
        "{name:4} {rows:>7} rows, {:>6} kB: {:>9.0} rows/s, {:>6} kB of memory",
        bytes.len() >> 10,
        f64::from(rows) / seconds,
        took >> 10
    );
}

fn csv(rows: u32) -> Vec<u8> {
    let mut text = "E-mail;ID client;Referință;Sumă;Comandă\n".to_owned();
    for n in 0..rows {
        writeln!(text, "shopper-{n}@exemplu.ro;c-{n};review-{n};{},50;#{n}", n % 1_000 + 1).expect("a text");
    }
    text.into_bytes()
}

fn xlsx(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["E-mail", "ID client", "Referință", "Sumă", "Comandă"]).expect("a row");
    for n in 0..rows {
        let row = n + 1;
        sheet.write(row, 0, format!("shopper-{n}@exemplu.ro")).expect("a cell");
        sheet.write(row, 1, format!("c-{n}")).expect("a cell");
        sheet.write(row, 2, format!("review-{n}")).expect("a cell");
        sheet.write(row, 3, f64::from(n % 1_000) + 1.1).expect("a cell");
        sheet.write(row, 4, n).expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}
