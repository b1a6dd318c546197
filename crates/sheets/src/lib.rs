//! Spreadsheets that merchants import, as rows: CSV and XLSX, of which nothing is trusted.
//!
//! Pure, as `fidela-rules` is: bytes and options come in, rows and faults come out. The same crate runs at the edge
//! (the import that counts), in the console (a look at a file before it is sent) and in native tests. No panic, no
//! floating point, and a limit on everything ([`limits`]).
//!
//! ```
//! use fidela_sheets::{Content, Currency, Kind, Language, Options, Reader};
//!
//! let kind = Kind::Completions { reference: true, amount: false };
//! let options = Options::new(kind, Language::Romanian, Currency::of("RON").unwrap());
//! let (mut reader, mut rows) = (Reader::new(options), Vec::new());
//! reader.feed("E-mail;Referință\nana@exemplu.ro;review-17\n".as_bytes(), &mut |row| rows.push(row)).unwrap();
//! let summary = reader.finish(&mut |row| rows.push(row)).unwrap();
//! assert_eq!((summary.rows, rows[0].number), (1, 2));
//! assert!(matches!(&rows[0].content, Content::Completion(done) if done.reference.as_deref() == Some("review-17")));
//! ```
//!
//! - [`Reader`]: a file in, rows out.
//! - [`Options`], [`Kind`], [`Language`], [`Currency`]: what a file is read with.
//! - [`Row`], [`Completion`], [`Balance`], [`Summary`]: what it says.
//! - [`FileFault`], [`Fault`], [`Warning`], [`codes`]: what is wrong with it.
//! - [`template`]: the empty file that a merchant fills.
//! - [`errors`]: the list of faults that a merchant downloads.
//! - [`limits`]: every limit, with its arithmetic.
//!
//! How values are read: numbers in `values/number.rs`, money in `values/money.rs`, days in `values/date.rs`, the
//! encoding of a text in `csv/decode.rs`.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::as_conversions
    )
)]

mod cell;
mod columns;
mod csv;
pub mod errors;
mod fault;
pub mod limits;
mod options;
mod reader;
mod row;
mod table;
pub mod template;
mod values;
mod xlsx;

pub use fault::{Code, Fault, FileCode, FileFault, Warning, WarningCode, codes, letters};
pub use options::{Currency, DateOrder, Kind, Language, Options};
pub use reader::Reader;
pub use row::{Balance, Completion, Content, Format, Found, Row, Summary};
