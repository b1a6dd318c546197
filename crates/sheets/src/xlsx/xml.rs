//! XML events of a part, within bounds: no document type, no entities but XML's own, no deep nesting.

use super::damaged;
use super::package::{Meter, Part};
use crate::fault::{FileCode, FileFault};
use crate::limits::XML_DEPTH;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::io::BufRead;

/// What comes next.
pub(super) enum Node<'x> {
    /// An element begins; one without content ends at once.
    Open(Tag<'x>),
    /// An element ends, by its name without prefix.
    Close(Cow<'x, str>),
    /// A text, or a piece of it.
    Text(Cow<'x, str>),
    /// A comment and the like.
    Nothing,
    /// The part ends.
    End,
}

/// An element's name and attributes.
pub(super) struct Tag<'x>(BytesStart<'x>);

pub(super) struct Xml<'p> {
    reader: Reader<Box<dyn BufRead + 'p>>,
    meter: &'p Meter,
    event: Vec<u8>,
    depth: usize,
}

impl<'p> Xml<'p> {
    pub(super) fn new(part: Part<'p>) -> Self {
        let (inner, meter) = part.split();
        let mut reader = Reader::from_reader(inner);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, meter, event: Vec::new(), depth: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Node<'_>, FileFault> {
        self.event.clear();
        self.meter.begin_event();
        let event = self.reader.read_event_into(&mut self.event).map_err(|_| self.meter.why())?;
        Ok(match event {
            Event::Start(tag) => {
                self.depth = self.depth.saturating_add(1);
                if self.depth > XML_DEPTH {
                    return Err(FileCode::FileUnsafe.into());
                }
                Node::Open(Tag(tag))
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Cow::Owned(tag.local_name().as_ref().to_owned()))
            }
            Event::Text(text) => Node::Text(Cow::Owned(text.xml10_content().into_owned())),
            Event::CData(text) => Node::Text(Cow::Owned(text.xml10_content().into_owned())),
            Event::GeneralRef(name) => Node::Text(Cow::Owned(character(&name)?.to_string())),
            Event::DocType(_) => return Err(FileCode::XmlDtd.into()),
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name)) if !name.eq_ignore_ascii_case("utf-8") => return Err(damaged()),
                Some(Err(_)) => return Err(damaged()),
                _ => Node::Nothing,
            },
            // Elements without content come as two events.
            Event::Comment(_) | Event::PI(_) | Event::Empty(_) => Node::Nothing,
            // What is open at the end has broken off.
            Event::Eof if self.depth > 0 => return Err(damaged()),
            Event::Eof => Node::End,
        })
    }
}

/// What `&…;` stands for.
fn character(name: &quick_xml::events::BytesRef<'_>) -> Result<char, FileFault> {
    if let Some(character) = name.resolve_char_ref().map_err(|_| damaged())? {
        return Ok(character);
    }
    match name.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(FileCode::XmlDtd.into()),
    }
}

impl Tag<'_> {
    /// The name without prefix.
    pub(super) fn is(&self, name: &str) -> bool {
        self.0.local_name().as_ref() == name
    }

    /// An attribute by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<String>, FileFault> {
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| damaged())?;
            if attribute.key.local_name().as_ref() == name {
                // Entities of the file's own are unknown here, and refused.
                let value =
                    attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| FileCode::XmlDtd)?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }
}
