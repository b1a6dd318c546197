//! Reads a file while it arrives.

use std::cell::Cell;

use fidela_protocol::imports::{ImportKind, ImportStatus};
use fidela_protocol::{Code, Problem};
use fidela_sheets::{Currency, FileCode, FileFault, Kind, Options, Reader, Row, Summary};
use futures_util::StreamExt;
use worker::Request;

use super::running::Runner;
use super::{Meta, Upload, rows};
use crate::failure::{Failure, Outcome, broken};
use crate::limits;
use crate::platform::crypto::Hasher;

/// Something that one at a time does. It ends with this, also where what does it is dropped.
pub(super) struct Turn<'c>(&'c Cell<bool>);

impl<'c> Turn<'c> {
    /// None where somebody has it.
    pub(super) fn take(cell: &'c Cell<bool>) -> Option<Self> {
        (!cell.replace(true)).then_some(Self(cell))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Runner {
    /// Reads an upload; answers whether it is a new one. The same again is known by its hash, and one that broke off
    /// begins anew.
    pub(super) async fn read(&self, request: Request, upload: Upload) -> Outcome<bool> {
        let _turn = Turn::take(&self.reading).ok_or(Code::IdempotencyKeyInUse)?;
        let known = self.known_or_none()?.filter(|meta| meta.entry.status != ImportStatus::Reading);
        let mut hasher = Hasher::new();
        let asked = (upload.entry.kind, &upload.entry.mission, upload.start);
        hasher.add(&serde_json::to_vec(&asked).map_err(|error| broken("upload", error))?);
        if let Some(known) = known {
            let hash = read_hash(request, hasher).await?;
            return if hash == known.hash { Ok(false) } else { Err(Code::IdempotencyKeyReused.into()) };
        }
        let meta = Meta {
            store: upload.store.clone(),
            entry: upload.entry.clone(),
            start: upload.start,
            hash: String::new(),
            summary: None,
            told: Some(ImportStatus::Reading),
            kept: None,
        };
        let meta = meta.at(ImportStatus::Reading, upload.entry.created_at);
        self.write(|sql| {
            rows::clear(sql)?;
            rows::save_meta(sql, &meta)
        })?;
        self.rest(&meta).await?;
        let read = self.read_rows(request, &upload, hasher).await;
        let (summary, hash) = match read {
            Ok(read) => read,
            Err(failure) => {
                // Nothing is kept of a file that is refused, or of which not all has come.
                self.forget().await?;
                return Err(failure);
            }
        };
        let meta = Meta { hash, summary: Some(summary), ..meta };
        let meta = meta.at(ImportStatus::Checking, upload.entry.created_at);
        self.write(|sql| rows::save_meta(sql, &meta))?;
        Ok(true)
    }

    async fn read_rows(
        &self,
        mut request: Request,
        upload: &Upload,
        mut hasher: Hasher,
    ) -> Outcome<(Summary, String)> {
        let kind = match upload.entry.kind {
            ImportKind::Completions => {
                Kind::Completions { reference: upload.reference, amount: upload.amount }
            }
            ImportKind::Balances => Kind::Balances,
        };
        let currency =
            Currency::of(&upload.currency).ok_or_else(|| broken("upload", "it has no currency"))?;
        let mut reader = Reader::new(Options::new(kind, upload.language, currency));
        let mut kept = Keeping { runner: self, index_key: &upload.index_key, rows: Vec::new(), failed: None };
        if let Ok(mut chunks) = request.stream() {
            let (mut fault, mut bytes) = (None, 0_usize);
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk?;
                bytes = bytes.saturating_add(chunk.len());
                if fault.is_none() {
                    hasher.add(&chunk);
                    fault = reader.feed(&chunk, &mut |row| kept.keep(row)).err();
                } else if bytes > MOST_BYTES {
                    break;
                }
            }
            // Whoever is still sending does not listen: the rest of a bad file is taken in, and only then answered.
            if let Some(fault) = fault {
                return Err(refusal(fault));
            }
        }
        let summary = reader.finish(&mut |row| kept.keep(row)).map_err(refusal)?;
        kept.flush();
        match kept.failed {
            Some(failure) => Err(failure),
            None => Ok((summary, hasher.hex())),
        }
    }
}

/// What is taken in of a file that is too large, so that its sender hears of it.
const MOST_BYTES: usize = 2 * fidela_sheets::limits::FILE_BYTES;

/// Writes rows down some hundred at a time: a file may have more than should be in memory.
struct Keeping<'r> {
    runner: &'r Runner,
    index_key: &'r str,
    rows: Vec<Row>,
    failed: Option<Failure>,
}

impl Keeping<'_> {
    fn keep(&mut self, row: Row) {
        self.rows.push(row);
        if self.rows.len() >= limits::IMPORT_CHUNK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if self.failed.is_none() && !rows.is_empty() {
            self.failed = self.runner.write(|sql| rows::insert(sql, self.index_key, rows)).err();
        }
    }
}

/// The hash of a file, of which nothing else is wanted.
async fn read_hash(mut request: Request, mut hasher: Hasher) -> Outcome<String> {
    let mut left = fidela_sheets::limits::FILE_BYTES;
    if let Ok(mut chunks) = request.stream() {
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            hasher.add(&chunk);
            left = left.checked_sub(chunk.len()).ok_or(Code::ImportTooLarge)?;
        }
    }
    Ok(hasher.hex())
}

/// A file that is refused as a whole, with its fault.
fn refusal(fault: FileFault) -> Failure {
    if fault.code == FileCode::FileTooLarge {
        return Code::ImportTooLarge.into();
    }
    let sentence = fault.code.sentence();
    let fault = serde_json::to_value(&fault).unwrap_or_default();
    Problem::new(Code::ImportFileInvalid).detail(sentence).with("fault", fault).into()
}
