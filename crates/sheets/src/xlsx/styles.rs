//! Which styles show a number as a date.

use super::damaged;
use super::package::Part;
use super::xml::{Node, Tag, Xml};
use crate::fault::{FileCode, FileFault};
use crate::limits::STYLES;

#[derive(Default)]
pub(super) struct Styles {
    dates: Vec<bool>,
}

impl Styles {
    /// Whether cells of a style are dates.
    pub(super) fn is_date(&self, style: usize) -> bool {
        self.dates.get(style).copied().unwrap_or_default()
    }
}

pub(super) fn read(part: Part<'_>) -> Result<Styles, FileFault> {
    let mut xml = Xml::new(part);
    let mut formats: Vec<(u32, bool)> = Vec::new();
    let mut styles = Styles::default();
    let mut within = false;
    let number = |tag: &Tag<'_>| -> Result<u32, FileFault> {
        tag.attribute("numFmtId")?.map_or(Ok(0), |id| id.parse().map_err(|_| damaged()))
    };
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.is("numFmt") => {
                if formats.len() >= STYLES {
                    return Err(FileCode::FileUnsafe.into());
                }
                formats.push((number(&tag)?, is_date(&tag.attribute("formatCode")?.unwrap_or_default())));
            }
            Node::Open(tag) if tag.is("cellXfs") => {
                within = true;
                formats.sort_unstable();
            }
            Node::Close(name) if name == "cellXfs" => within = false,
            Node::Open(tag) if within && tag.is("xf") => {
                if styles.dates.len() >= STYLES {
                    return Err(FileCode::FileUnsafe.into());
                }
                let id = number(&tag)?;
                let found = formats.binary_search_by_key(&id, |(id, _)| *id).ok();
                let own = found.and_then(|at| formats.get(at)).map(|(_, date)| *date);
                // Those that are built in: dates, and dates in other parts of the world.
                styles.dates.push(own.unwrap_or(matches!(id, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=58)));
            }
            Node::End => return Ok(styles),
            _ => {}
        }
    }
}

/// Whether a format shows a date: it has a year or a day outside of quotation marks, brackets and escapes. One
/// with hours alone is a time.
fn is_date(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                chars.find(|c| *c == '"');
            }
            '[' => {
                chars.find(|c| *c == ']');
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            // `General` has neither, and other letters are no placeholders.
            'd' | 'D' | 'y' | 'Y' => return true,
            ';' => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_dates() {
        for format in [
            "dd/mm/yyyy",
            "yyyy\\-mm\\-dd",
            "[$-409]d\\-mmm\\-yy;@",
            "mmm yyyy",
            "DD.MM.YYYY",
            "[$-F800]dddd",
        ] {
            assert!(is_date(format), "{format}");
        }
        for format in
            ["General", "0.00", "#,##0.00 \"day\"", "[Red]0", "h:mm:ss", "[h]:mm", "0\\d", "#,##0\\ _y", ""]
        {
            assert!(!is_date(format), "{format}");
        }
    }
}
