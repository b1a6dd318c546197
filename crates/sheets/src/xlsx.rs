//! XLSX: a zip of XML parts, read part by part and each of them as a stream.
//!
//! The file is kept as it came; its first sheet that is shown is read row by row. What is kept beside it are the
//! texts that cells share, and which styles are dates.

mod package;
mod shared;
mod sheet;
mod styles;
mod workbook;
mod xml;

use crate::fault::{FileCode, FileFault};
use crate::options::Options;
use crate::row::{Format, Summary};
use crate::table::{Sink, Table};
use package::{Bytes, Package};

pub(crate) struct XlsxReader {
    options: Options,
    bytes: Bytes,
}

impl XlsxReader {
    pub(crate) const fn new(options: Options) -> Self {
        Self { options, bytes: Bytes::new() }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.push(bytes);
    }

    pub(crate) fn finish(self, sink: &mut Sink<'_>) -> Result<Summary, FileFault> {
        let package = Package::open(&self.bytes)?;
        let book = workbook::read(&package)?;
        let styles = match &book.styles {
            Some(part) => styles::read(package.part(part)?)?,
            None => styles::Styles::default(),
        };
        let shared = match &book.shared {
            Some(part) => shared::read(package.part(part)?)?,
            None => shared::Shared::default(),
        };
        let mut table = Table::new(self.options, Format::Xlsx);
        sheet::Sheet::new(&shared, &styles, book.since_1904).read(
            package.part(&book.sheet)?,
            &mut table,
            sink,
        )?;
        table.finish(Some(book.name))
    }
}

/// A part is missing, or says what it cannot say.
fn damaged() -> FileFault {
    FileCode::FileDamaged.into()
}
