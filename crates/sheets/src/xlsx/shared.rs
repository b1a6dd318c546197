//! Texts that cells share. They are kept one after the other in blocks of one size, which never move.

use super::damaged;
use super::package::Part;
use super::xml::{Node, Xml};
use crate::fault::{FileCode, FileFault};
use crate::limits::{CELL_CHARS, SHARED_BYTES, SHARED_TEXTS};

/// A block.
const BLOCK: usize = 256 << 10;
/// In place of a text that no cell may have.
const TOO_LONG: u32 = u32::MAX;

#[derive(Default)]
pub(super) struct Shared {
    blocks: Vec<String>,
    /// Where each text starts: its block × [`BLOCK`] + its place there, and its length in front of it.
    starts: Vec<u32>,
}

/// A text, as a cell asks for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text<'s> {
    Of(&'s str),
    TooLong,
}

impl Shared {
    fn push(&mut self, text: Option<&str>) -> Result<(), FileFault> {
        let Some(text) = text else {
            self.starts.push(TOO_LONG);
            return Ok(());
        };
        // A text is ended by a character that no XML can hold.
        let needed = text.len().saturating_add(1);
        let room = self.blocks.last().map_or(0, |last| BLOCK.saturating_sub(last.len()));
        if room < needed {
            if self.blocks.len() >= SHARED_BYTES / BLOCK {
                return Err(FileCode::TooMuchText.into());
            }
            self.blocks.push(String::with_capacity(BLOCK));
        }
        let block = self.blocks.len().saturating_sub(1);
        let last = self.blocks.last_mut().ok_or_else(damaged)?;
        let start = block.saturating_mul(BLOCK).saturating_add(last.len());
        self.starts.push(u32::try_from(start).map_err(|_| FileCode::TooMuchText)?);
        last.push_str(text);
        last.push('\0');
        Ok(())
    }

    /// The text of a number.
    pub(super) fn get(&self, number: usize) -> Option<Text<'_>> {
        let start = *self.starts.get(number)?;
        if start == TOO_LONG {
            return Some(Text::TooLong);
        }
        let start = usize::try_from(start).ok()?;
        let rest = self.blocks.get(start / BLOCK)?.get(start % BLOCK..)?;
        rest.split('\0').next().map(Text::Of)
    }
}

pub(super) fn read(part: Part<'_>) -> Result<Shared, FileFault> {
    let mut xml = Xml::new(part);
    let mut shared = Shared::default();
    let mut text = Collected::default();
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.is("si") => {
                if shared.starts.len() >= SHARED_TEXTS {
                    return Err(FileCode::TooMuchText.into());
                }
                text.clear();
            }
            Node::Open(tag) if tag.is("t") => text.open(),
            // How it is pronounced.
            Node::Open(tag) if tag.is("rPh") => text.aside = true,
            Node::Close(name) if name == "rPh" => text.aside = false,
            Node::Close(name) if name == "t" => text.close(),
            Node::Close(name) if name == "si" => shared.push(text.get())?,
            Node::Text(more) => text.add(&more),
            Node::End => return Ok(shared),
            _ => {}
        }
    }
}

/// A cell's text while it is collected from its pieces.
#[derive(Default)]
pub(super) struct Collected {
    text: String,
    within: bool,
    too_long: bool,
    /// What comes is not part of the text.
    pub(super) aside: bool,
}

impl Collected {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        (self.within, self.too_long, self.aside) = (false, false, false);
    }

    pub(super) fn open(&mut self) {
        self.within = !self.aside;
    }

    pub(super) fn close(&mut self) {
        self.within = false;
    }

    pub(super) fn add(&mut self, more: &str) {
        if !self.within {
            return;
        }
        if self.text.len().saturating_add(more.len()) > CELL_CHARS * 4 {
            self.too_long = true;
        } else {
            // NUL ends texts here; XML has none.
            self.text.extend(more.chars().filter(|c| *c != '\0'));
        }
    }

    /// The text, if it is not longer than a cell's may be.
    pub(super) fn get(&self) -> Option<&str> {
        let fits = !self.too_long && self.text.chars().count() <= CELL_CHARS;
        fits.then_some(self.text.as_str())
    }
}
