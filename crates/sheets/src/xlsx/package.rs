//! The zip: what is in it, and its parts as streams that know their bounds.
//!
//! Nothing that the directory says is trusted: parts are counted while they are inflated, held to their checksums,
//! and entries that lie over each other are refused.

use super::damaged;
use crate::fault::{FileCode, FileFault};
use crate::limits::{INFLATED_BYTES, INFLATED_FREE, INFLATED_RATIO, PARTS, XML_EVENT_BYTES};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};
use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipReader,
};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

/// The file, as it came: in blocks, so that it never moves while it grows.
pub(super) struct Bytes {
    blocks: Vec<Vec<u8>>,
    length: usize,
}

/// A block.
const BLOCK: usize = 64 << 10;
/// What the end of the directory is looked for in: a comment may have 64 kB.
const SEARCHED: u64 = (64 << 10) + 1_024;
/// Compressed bytes that are read at a time.
const INPUT: usize = 8 << 10;
/// Inflated bytes that are read at a time.
const OUTPUT: usize = 32 << 10;

impl Bytes {
    pub(super) const fn new() -> Self {
        Self { blocks: Vec::new(), length: 0 }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        self.length = self.length.saturating_add(bytes.len());
        while !bytes.is_empty() {
            let room = self.blocks.last().map_or(0, |last| BLOCK.saturating_sub(last.len()));
            if room == 0 {
                self.blocks.push(Vec::with_capacity(BLOCK));
            }
            let room = if room == 0 { BLOCK } else { room };
            let (taken, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            if let Some(last) = self.blocks.last_mut() {
                last.extend_from_slice(taken);
            }
            bytes = rest;
        }
    }
}

impl ReaderAt for Bytes {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let block = self.blocks.get(offset / BLOCK).and_then(|block| block.get(offset % BLOCK..));
        let found = block.unwrap_or_default();
        let length = found.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..length), found.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

/// An entry of the zip.
struct Entry {
    name: String,
    way: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
}

/// What is counted over all parts, and why reading stopped.
#[derive(Default)]
pub(super) struct Meter {
    inflated: Cell<u64>,
    /// Bytes of the XML event that is being read.
    event: Cell<usize>,
    stop: Cell<Option<FileCode>>,
}

impl Meter {
    /// A new event begins.
    pub(super) fn begin_event(&self) {
        self.event.set(0);
    }

    /// Why reading failed.
    pub(super) fn why(&self) -> FileFault {
        self.stop.get().unwrap_or(FileCode::FileDamaged).into()
    }

    fn stop(&self, code: FileCode) -> io::Error {
        self.stop.set(Some(code));
        io::Error::from(io::ErrorKind::InvalidData)
    }
}

pub(super) struct Package<'b> {
    archive: ZipArchive<&'b Bytes>,
    entries: Vec<Entry>,
    meter: Meter,
}

/// A part while it is read.
pub(super) struct Part<'p> {
    inner: Box<dyn BufRead + 'p>,
    meter: &'p Meter,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b Bytes) -> Result<Self, FileFault> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let length = u64::try_from(bytes.length).unwrap_or(u64::MAX);
        let archive = ZipArchive::with_max_search_space(SEARCHED)
            .locate_in_reader(bytes, &mut buffer, length)
            .map_err(|_| damaged())?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut encrypted = false;
        let mut listed = archive.entries(&mut buffer);
        while let Some(entry) = listed.next_entry().map_err(|_| damaged())? {
            if entries.len() >= PARTS {
                return Err(FileCode::FileUnsafe.into());
            }
            let name = std::str::from_utf8(entry.file_path().as_bytes()).map_err(|_| FileCode::FileUnsafe)?;
            if !is_harmless(name) {
                return Err(FileFault::new(FileCode::FileUnsafe).about(name));
            }
            encrypted |= entry.flags().is_encrypted() || entry.compression_method() == CompressionMethod::AES;
            // Names of parts do not tell cases apart.
            let name = name.to_ascii_lowercase();
            entries.push(Entry { name, way: entry.wayfinder(), method: entry.compression_method() });
        }
        if encrypted {
            return Err(FileCode::FileEncrypted.into());
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some([_, second]) = entries.array_windows().find(|[first, second]| first.name == second.name) {
            return Err(FileFault::new(FileCode::FileUnsafe).about(&second.name));
        }
        let package = Self { archive, entries, meter: Meter::default() };
        package.check_places(length)?;
        package.check_kind()?;
        Ok(package)
    }

    /// No entry lies over another, or beyond the file.
    fn check_places(&self, length: u64) -> Result<(), FileFault> {
        let mut places = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let found = self.archive.get_entry(entry.way).map_err(|_| damaged())?;
            let (start, end) = found.compressed_data_range();
            if end > length || start > end {
                return Err(damaged());
            }
            places.push((start, end));
        }
        places.sort_unstable();
        let overlap = places
            .array_windows()
            .any(|[(start, end), (next, _)]| end > next || start == next && end > start);
        if overlap { Err(FileCode::FileUnsafe.into()) } else { Ok(()) }
    }

    /// It is a workbook and nothing else that is a zip.
    fn check_kind(&self) -> Result<(), FileFault> {
        if self.has("[content_types].xml") {
            let binary = self.has("xl/workbook.bin");
            return if binary { Err(FileCode::FileBinaryWorkbook.into()) } else { Ok(()) };
        }
        let open_document = self.has("mimetype") && self.has("content.xml");
        Err(if open_document { FileCode::FileOpenDocument } else { FileCode::FileZip }.into())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        let name = name.to_ascii_lowercase();
        let at = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(&name)).ok()?;
        self.entries.get(at)
    }

    /// A part, as a stream.
    pub(super) fn part(&self, name: &str) -> Result<Part<'_>, FileFault> {
        let entry = self.entry(name).ok_or_else(|| damaged().about(name))?;
        if entry.way.uncompressed_size_hint() > INFLATED_BYTES {
            return Err(FileCode::FileInflates.into());
        }
        let found = self.archive.get_entry(entry.way).map_err(|_| damaged())?;
        let meter = &self.meter;
        let (start, end) = found.compressed_data_range();
        let compressed = end.saturating_sub(start);
        let inner: Box<dyn Read + '_> = match entry.method {
            CompressionMethod::STORE => Box::new(found.reader()),
            CompressionMethod::DEFLATE => Box::new(Inflater {
                reader: found.reader(),
                state: InflateState::new_boxed(DataFormat::Raw),
                input: vec![0; INPUT].into_boxed_slice(),
                from: 0,
                to: 0,
                ended: false,
            }),
            _ => return Err(FileCode::CompressionUnknown.into()),
        };
        let counted = Counted { inner: found.verifying_reader(inner), compressed, inflated: 0, meter };
        let inner = Metered { inner: BufReader::with_capacity(OUTPUT, counted), meter };
        Ok(Part { inner: Box::new(inner), meter })
    }
}

impl<'p> Part<'p> {
    pub(super) fn split(self) -> (Box<dyn BufRead + 'p>, &'p Meter) {
        (self.inner, self.meter)
    }
}

/// A name that stays within the package, and that every system reads alike.
fn is_harmless(name: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let up = |piece: &str| piece == ".." || piece == ".";
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with('/')
        && !name.contains(odd)
        && !name.split('/').any(up)
}

/// Deflate, undone by pieces.
struct Inflater<'p, 'b> {
    reader: ZipReader<&'p &'b Bytes>,
    state: Box<InflateState>,
    input: Box<[u8]>,
    from: usize,
    to: usize,
    ended: bool,
}

impl Read for Inflater<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buf.is_empty() {
            if self.from == self.to {
                self.from = 0;
                self.to = self.reader.read(&mut self.input)?;
            }
            let input = self.input.get(self.from..self.to).unwrap_or_default();
            let step = inflate(&mut self.state, input, buf, MZFlush::None);
            self.from = self.from.saturating_add(step.bytes_consumed);
            match step.status {
                Ok(MZStatus::StreamEnd) => self.ended = true,
                Ok(_) => {}
                // Without more input it goes no further: it breaks off.
                Err(MZError::Buf) if !input.is_empty() => {}
                Err(_) => return Err(io::Error::from(io::ErrorKind::InvalidData)),
            }
            if step.bytes_written > 0 {
                return Ok(step.bytes_written);
            }
            if step.bytes_consumed == 0 && !self.ended {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
        }
        Ok(0)
    }
}

/// Counts what comes out, against all limits.
struct Counted<'m, R> {
    inner: R,
    compressed: u64,
    inflated: u64,
    meter: &'m Meter,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        let more = u64::try_from(read).unwrap_or(u64::MAX);
        self.inflated = self.inflated.saturating_add(more);
        let all = self.meter.inflated.get().saturating_add(more);
        self.meter.inflated.set(all);
        let most = self.compressed.saturating_mul(INFLATED_RATIO).max(INFLATED_FREE);
        if all > INFLATED_BYTES || self.inflated > most {
            return Err(self.meter.stop(FileCode::FileInflates));
        }
        Ok(read)
    }
}

/// Holds each XML event to its size: the XML reader keeps one as a whole.
struct Metered<'m, R> {
    inner: R,
    meter: &'m Meter,
}

impl<R: BufRead> Read for Metered<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}

impl<R: BufRead> BufRead for Metered<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.meter.event.get() > XML_EVENT_BYTES {
            return Err(self.meter.stop(FileCode::FileUnsafe));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.meter.event.set(self.meter.event.get().saturating_add(amount));
        self.inner.consume(amount);
    }
}
