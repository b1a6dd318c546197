//! A sheet's cells.

use super::damaged;
use super::package::Part;
use super::shared::{Collected, Shared, Text};
use super::styles::Styles;
use super::xml::{Node, Tag, Xml};
use crate::cell::Cell;
use crate::fault::{FileCode, FileFault};
use crate::limits::LAST_ROW;
use crate::table::{Sink, Table};
use crate::values::plain;

/// Columns that a sheet has at most.
const LAST_COLUMN: usize = 16_384;
/// Days between the two beginnings of time.
const DAYS_TO_1904: i64 = 1_462;

pub(super) struct Sheet<'s> {
    shared: &'s Shared,
    styles: &'s Styles,
    since_1904: bool,
    row: u32,
    column: usize,
    cell: Option<Open>,
    text: Collected,
}

/// A cell that is open.
struct Open {
    kind: String,
    style: usize,
    formula: bool,
    value: bool,
}

impl<'s> Sheet<'s> {
    pub(super) fn new(shared: &'s Shared, styles: &'s Styles, since_1904: bool) -> Self {
        Self { shared, styles, since_1904, row: 0, column: 0, cell: None, text: Collected::default() }
    }

    pub(super) fn read(
        mut self,
        part: Part<'_>,
        table: &mut Table,
        sink: &mut Sink<'_>,
    ) -> Result<(), FileFault> {
        let mut xml = Xml::new(part);
        let (mut is_sheet, mut within) = (false, false);
        loop {
            match xml.next()? {
                Node::Open(tag) if tag.is("worksheet") => is_sheet = true,
                Node::Open(tag) if tag.is("sheetData") => within = true,
                Node::Close(name) if name == "sheetData" => within = false,
                Node::End if !is_sheet => return Err(damaged()),
                Node::End => return Ok(()),
                Node::Open(tag) if within => self.open(&tag)?,
                Node::Close(name) if within => self.close(&name, table, sink)?,
                Node::Text(text) if within => self.text.add(&text),
                _ => {}
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>) -> Result<(), FileFault> {
        if tag.is("row") {
            let next = self.row.saturating_add(1);
            let number = tag.attribute("r")?.map_or(Ok(next), |r| r.parse().map_err(|_| damaged()))?;
            if number < next || number > LAST_ROW {
                return Err(damaged());
            }
            self.row = number;
            self.column = 0;
        } else if tag.is("c") {
            if let Some(place) = tag.attribute("r")? {
                let column = column_of(&place).ok_or_else(damaged)?;
                if column < self.column {
                    return Err(damaged());
                }
                self.column = column;
            }
            let style = tag.attribute("s")?.map_or(Ok(0), |s| s.parse().map_err(|_| damaged()))?;
            let kind = tag.attribute("t")?.unwrap_or_default();
            self.cell = Some(Open { kind, style, formula: false, value: false });
            self.text.clear();
        } else if let Some(cell) = &mut self.cell {
            if tag.is("f") {
                cell.formula = true;
            } else if tag.is("v") || tag.is("is") {
                cell.value = true;
            }
            // An inline text's runs are in `t`, as those of shared texts are.
            let inline = cell.kind == "inlineStr";
            if (tag.is("t") && inline) || (tag.is("v") && !inline) {
                self.text.open();
            } else if tag.is("rPh") {
                self.text.aside = true;
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str, table: &mut Table, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        match name {
            "row" => table.end_row(self.row, sink)?,
            "c" => {
                if let Some(open) = self.cell.take() {
                    let value = self.value(&open)?;
                    if self.row == 0 {
                        return Err(damaged());
                    }
                    table.cell(self.row, self.column, value)?;
                }
                self.column = self.column.saturating_add(1);
                if self.column > LAST_COLUMN {
                    return Err(FileFault::new(FileCode::TooManyColumns).at(self.row));
                }
            }
            "t" | "v" => self.text.close(),
            "rPh" => self.text.aside = false,
            _ => {}
        }
        Ok(())
    }

    fn value(&self, open: &Open) -> Result<Cell, FileFault> {
        if !open.value {
            return Ok(if open.formula { Cell::NotComputed } else { Cell::Empty });
        }
        let too_long = || FileFault::new(FileCode::CellTooLong).at(self.row).in_column(self.column);
        let text = self.text.get().ok_or_else(too_long)?;
        Ok(match open.kind.as_str() {
            "s" => {
                let number = text.trim().parse().map_err(|_| damaged())?;
                match self.shared.get(number).ok_or_else(damaged)? {
                    Text::Of(text) => Cell::text(text),
                    Text::TooLong => return Err(too_long()),
                }
            }
            "inlineStr" | "str" | "d" => Cell::text(text),
            "b" => match text.trim() {
                "1" | "true" => Cell::Bool(true),
                "0" | "false" => Cell::Bool(false),
                _ => return Err(damaged()),
            },
            "e" => Cell::Error(text.to_owned()),
            "" | "n" if text.trim().is_empty() => Cell::Empty,
            "" | "n" => self.number(text, open.style)?,
            _ => return Err(damaged()),
        })
    }

    fn number(&self, raw: &str, style: usize) -> Result<Cell, FileFault> {
        // What is too large to be written out is no number of ours, and is shown as it is.
        let Some((text, rounded)) = plain::decimal(raw) else {
            let number = raw.trim().bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
            return if number { Ok(Cell::text(raw)) } else { Err(damaged()) };
        };
        let since = if self.since_1904 { DAYS_TO_1904 } else { 0 };
        if !self.styles.is_date(style) {
            return Ok(Cell::Number { text, rounded, since });
        }
        let days = text.split('.').next().and_then(|days| days.parse::<i64>().ok()).unwrap_or_default();
        Ok(Cell::Date(days.saturating_add(since)))
    }
}

/// The column of a place such as `AB12`.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut column = 0_usize;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column =
            column.checked_mul(26)?.checked_add(usize::from(letter.checked_sub(b'A')?))?.checked_add(1)?;
        if column > LAST_COLUMN {
            return None;
        }
    }
    (letters.len() < place.len()).then(|| column.checked_sub(1)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_columns() {
        let cases = [("A1", Some(0)), ("Z9", Some(25)), ("AA1", Some(26)), ("XFD1048576", Some(16_383))];
        let wrong =
            [("XFE1", None), ("A", None), ("1", None), ("", None), ("a1", None), ("AAAAAAAAA1", None)];
        for (place, expect) in cases.into_iter().chain(wrong) {
            assert_eq!(column_of(place), expect, "{place}");
        }
    }
}
