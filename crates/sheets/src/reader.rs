//! A file, whatever it is, as rows.

use crate::csv::CsvReader;
use crate::fault::{FileCode, FileFault};
use crate::limits::FILE_BYTES;
use crate::options::Options;
use crate::row::{Row, Summary};
use crate::xlsx::XlsxReader;

/// Reads a file: bytes in pieces of any size, rows out.
///
/// A CSV file gives its rows while it is fed. A workbook's directory stands at its end, so that all its rows come
/// from [`Reader::finish`]. Which of them it is, the first bytes tell; the file's name does not matter. After a
/// fault every further call gives the same fault; rows given before it are what the file has above it.
pub struct Reader {
    options: Options,
    fed: usize,
    /// The first bytes, until there are enough to tell what the file is.
    first: Vec<u8>,
    of: Of,
    failed: Option<FileFault>,
}

enum Of {
    Unknown,
    Csv(Box<CsvReader>),
    Xlsx(XlsxReader),
}

/// So many bytes tell what a file is.
const FIRST: usize = 8;

impl Reader {
    /// A reader of a file that is still to come.
    pub const fn new(options: Options) -> Self {
        Self { options, fed: 0, first: Vec::new(), of: Of::Unknown, failed: None }
    }

    /// Takes the next bytes; gives the rows that are complete to `sink`.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Row)) -> Result<(), FileFault> {
        if let Some(fault) = &self.failed {
            return Err(fault.clone());
        }
        let fed = self.try_feed(bytes, sink);
        if let Err(fault) = &fed {
            self.failed = Some(fault.clone());
            self.of = Of::Unknown;
        }
        fed
    }

    fn try_feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Row)) -> Result<(), FileFault> {
        let room = FILE_BYTES.saturating_sub(self.fed);
        let (bytes, beyond) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.fed = self.fed.saturating_add(bytes.len());
        match &mut self.of {
            Of::Unknown => {
                self.first.extend_from_slice(bytes);
                if self.first.len() >= FIRST {
                    self.begin(sink)?;
                }
            }
            Of::Csv(csv) => csv.feed(bytes, sink)?,
            Of::Xlsx(xlsx) => xlsx.feed(bytes),
        }
        if beyond.is_empty() { Ok(()) } else { Err(FileCode::FileTooLarge.into()) }
    }

    /// The file is complete: gives the rows that are left to `sink`, and says what was read.
    pub fn finish(mut self, sink: &mut dyn FnMut(Row)) -> Result<Summary, FileFault> {
        if let Some(fault) = self.failed {
            return Err(fault);
        }
        if self.fed == 0 {
            return Err(FileCode::FileEmpty.into());
        }
        if matches!(self.of, Of::Unknown) {
            self.begin(sink)?;
        }
        match self.of {
            Of::Csv(csv) => csv.finish(sink),
            Of::Xlsx(xlsx) => xlsx.finish(sink),
            Of::Unknown => Err(FileCode::FileEmpty.into()),
        }
    }

    fn begin(&mut self, sink: &mut dyn FnMut(Row)) -> Result<(), FileFault> {
        let first = std::mem::take(&mut self.first);
        if first.starts_with(b"PK\x03\x04") {
            let mut xlsx = XlsxReader::new(self.options);
            xlsx.feed(&first);
            self.of = Of::Xlsx(xlsx);
            return Ok(());
        }
        if let Some(code) = other(&first) {
            return Err(code.into());
        }
        let mut csv = CsvReader::new(self.options);
        csv.feed(&first, sink)?;
        self.of = Of::Csv(Box::new(csv));
        Ok(())
    }
}

/// What is neither text nor a workbook, by its first bytes.
fn other(first: &[u8]) -> Option<FileCode> {
    const SIGNS: [(&[u8], FileCode); 16] = [
        (b"PK\x05\x06", FileCode::FileZip),
        (b"PK\x07\x08", FileCode::FileZip),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileCode::FileOldExcel),
        // Excel before 1997.
        (b"\x09\x08\x10\x00", FileCode::FileOldExcel),
        (b"\x09\x04\x06\x00", FileCode::FileOldExcel),
        (b"%PDF", FileCode::FilePdf),
        (b"\x1f\x8b", FileCode::FileZip),
        (b"Rar!", FileCode::FileZip),
        (b"7z\xbc\xaf\x27\x1c", FileCode::FileZip),
        (b"BZh", FileCode::FileZip),
        (b"\xfd7zXZ", FileCode::FileZip),
        (b"\x28\xb5\x2f\xfd", FileCode::FileZip),
        (b"\x89PNG", FileCode::FileNotASpreadsheet),
        (b"\xff\xd8\xff", FileCode::FileNotASpreadsheet),
        (b"GIF8", FileCode::FileNotASpreadsheet),
        (b"\x7fELF", FileCode::FileNotASpreadsheet),
    ];
    SIGNS.iter().find(|(sign, _)| first.starts_with(sign)).map(|(_, code)| *code)
}
