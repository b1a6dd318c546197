//! CSV as a stream: bytes → text ([`decode`]) → cells (`csv-core`) → rows. What is kept is one cell, one row's
//! used cells, and 4 kB of text.

mod decode;
mod head;

use crate::cell::Cell;
use crate::fault::{FileCode, FileFault};
use crate::limits::{CELL_CHARS, HEADER_CHARS};
use crate::options::Options;
use crate::row::{Format, Summary};
use crate::table::{Sink, Table};
use csv_core::{ReadFieldResult, ReaderBuilder, Terminator};
use decode::Decoder;
use head::Head;

/// So many bytes are decoded at a time.
const PIECE: usize = 4 << 10;
/// Bytes of the longest cell: each of its characters may have four, and there is room for one too many.
const CELL_BYTES: usize = CELL_CHARS * 4 + 4;

pub(crate) struct CsvReader {
    decoder: Decoder,
    /// Text of a piece.
    text: String,
    /// The header while it is collected; then the parser.
    head: Option<Head>,
    parser: Parser,
    table: Table,
}

/// `csv-core`, and where it stands.
///
/// It skips empty lines without a word, and its lines are not rows, for a cell may have several. Lines end in a
/// line feed here, whatever they ended in in the file: so the row that a record is equals the line feeds so far
/// without those within cells.
struct Parser {
    csv: csv_core::Reader,
    cell: Box<[u8]>,
    length: usize,
    column: usize,
    /// Line feeds within cells of rows that are complete.
    within: u64,
    /// The same, of the row that is being read.
    within_row: u64,
    /// Whether a row has begun.
    begun: bool,
}

impl CsvReader {
    /// A reader, for the encoding that the first bytes of the file tell.
    pub(crate) fn new(options: Options) -> Self {
        Self {
            decoder: Decoder::new(options.language),
            text: String::new(),
            head: Some(Head::new(options.kind)),
            parser: Parser::new(b','),
            table: Table::new(options, Format::Csv),
        }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), FileFault> {
        for piece in bytes.chunks(PIECE) {
            let decoded = self.decoder.decode(piece, &mut self.text);
            self.take(sink)?;
            decoded.map_err(|code| self.here(code))?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, sink: &mut Sink<'_>) -> Result<Summary, FileFault> {
        let decoded = self.decoder.finish(&mut self.text);
        self.take(sink)?;
        decoded.map_err(|code| self.here(code))?;
        if let Some(head) = self.head.take() {
            self.begin(head, sink)?;
        }
        self.parser.finish(&mut self.table, sink)?;
        self.table.finish(None)
    }

    /// Takes the text that was decoded.
    fn take(&mut self, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        let text = std::mem::take(&mut self.text);
        match &mut self.head {
            Some(head) => {
                head.push(&text);
                if head.is_complete()
                    && let Some(head) = self.head.take()
                {
                    self.begin(head, sink)?;
                }
            }
            None => self.parser.feed(&text, &mut self.table, sink)?,
        }
        self.text = text;
        self.text.clear();
        Ok(())
    }

    /// The header is there: what parts its cells is known.
    fn begin(&mut self, head: Head, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        let (separator, rest) = head.finish()?;
        self.parser = Parser::new(separator);
        self.parser.feed(rest, &mut self.table, sink)
    }

    /// Where a byte is that cannot be read.
    fn here(&self, code: FileCode) -> FileFault {
        match &self.head {
            Some(head) => FileFault::new(code).at(head.row()),
            None => FileFault::new(code).at(self.parser.row()).in_column(self.parser.column),
        }
    }
}

impl Parser {
    fn new(separator: u8) -> Self {
        let mut csv = ReaderBuilder::new();
        csv.delimiter(separator).terminator(Terminator::Any(b'\n'));
        Self {
            csv: csv.build(),
            cell: vec![0; CELL_BYTES].into_boxed_slice(),
            length: 0,
            column: 0,
            within: 0,
            within_row: 0,
            begun: false,
        }
    }

    /// The row that is being read, while its end has not been seen.
    fn row(&self) -> u32 {
        let within = self.within.saturating_add(self.within_row).saturating_add(self.breaks());
        u32::try_from(self.csv.line().saturating_sub(within)).unwrap_or(u32::MAX)
    }

    /// Line feeds in the cell that is being read.
    fn breaks(&self) -> u64 {
        let cell = self.cell.get(..self.length).unwrap_or_default();
        u64::try_from(cell.split(|byte| *byte == b'\n').skip(1).count()).unwrap_or_default()
    }

    fn feed(&mut self, text: &str, table: &mut Table, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        let mut input = text.as_bytes();
        while !input.is_empty() {
            let (read, rest) = self.step(input, table, sink)?;
            input = rest;
            if matches!(read, ReadFieldResult::End) {
                break;
            }
        }
        Ok(())
    }

    fn step<'i>(
        &mut self,
        input: &'i [u8],
        table: &mut Table,
        sink: &mut Sink<'_>,
    ) -> Result<(ReadFieldResult, &'i [u8]), FileFault> {
        let output = self.cell.get_mut(self.length..).unwrap_or_default();
        let (read, taken, written) = self.csv.read_field(input, output);
        self.length = self.length.saturating_add(written);
        let rest = input.get(taken..).unwrap_or_default();
        match read {
            ReadFieldResult::Field { record_end } => {
                self.begun = true;
                self.end_cell(record_end, table, sink)?;
            }
            ReadFieldResult::OutputFull => {
                return Err(FileFault::new(FileCode::CellTooLong).at(self.row()).in_column(self.column));
            }
            ReadFieldResult::InputEmpty => self.begun |= self.length > 0 || input.last() != Some(&b'\n'),
            ReadFieldResult::End => {}
        }
        Ok((read, rest))
    }

    fn end_cell(&mut self, last: bool, table: &mut Table, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        // The line feed that ends the record has been counted already.
        let row = self.row().saturating_sub(u32::from(last));
        let bytes = self.cell.get(..self.length).unwrap_or_default();
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        if text.chars().count() > CELL_CHARS {
            return Err(FileFault::new(FileCode::CellTooLong).at(row).in_column(self.column));
        }
        table.cell(row, self.column, Cell::text(text))?;
        self.within_row = self.within_row.saturating_add(self.breaks());
        self.length = 0;
        self.column = self.column.saturating_add(1);
        if last {
            self.column = 0;
            self.within = self.within.saturating_add(std::mem::take(&mut self.within_row));
            self.begun = false;
            table.end_row(row, sink)?;
        }
        Ok(())
    }

    fn finish(&mut self, table: &mut Table, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        if self.begun || self.length > 0 || self.column > 0 {
            // Within quotation marks, and nowhere else, a line feed ends nothing.
            let row = self.row();
            let (read, _) = self.step(b"\n", table, sink)?;
            if matches!(read, ReadFieldResult::InputEmpty) {
                return Err(FileFault::new(FileCode::QuoteNotClosed).at(row).in_column(self.column));
            }
        }
        Ok(())
    }
}

/// The longest header is longer than a piece, and not by much.
const _: () = assert!(HEADER_CHARS > PIECE && HEADER_CHARS < 1 << 16);
