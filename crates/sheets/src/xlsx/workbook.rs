//! The way to the sheet: the package's relations, the workbook, the workbook's relations.

use super::damaged;
use super::package::Package;
use super::xml::{Node, Xml};
use crate::fault::{FileCode, FileFault, shown};
use crate::limits::RELATIONS;

/// Where the parts are that are read.
pub(super) struct Workbook {
    /// The first sheet that is shown: its part.
    pub(super) sheet: String,
    /// Its name, shortened.
    pub(super) name: String,
    pub(super) shared: Option<String>,
    pub(super) styles: Option<String>,
    /// Days are counted since 1904, as old Macs did.
    pub(super) since_1904: bool,
}

/// A relation of a part to another.
struct Relation {
    id: String,
    /// The last piece of the type's address, which the two editions of the standard have in common.
    kind: String,
    target: String,
    external: bool,
}

pub(super) fn read(package: &Package<'_>) -> Result<Workbook, FileFault> {
    let root = relations(package, "_rels/.rels")?;
    let Some(main) = root.iter().find(|relation| relation.kind == "officeDocument") else {
        return Err(FileCode::FileZip.into());
    };
    let book = main.part("")?;
    let (folder, file) = book.rsplit_once('/').unwrap_or(("", &book));
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    if !package.has(&book) {
        return Err(damaged());
    }
    let (sheets, since_1904) = sheets(package, &book)?;
    let related = relations(package, &format!("{prefix}_rels/{file}.rels"))?;
    let part =
        |kind: &str| related.iter().find(|relation| relation.kind == kind).map(|found| found.part(folder));
    let mut of_sheet = None;
    for sheet in sheets.into_iter().filter(|sheet| sheet.shown) {
        let relation = related.iter().find(|relation| relation.id == sheet.relation).ok_or_else(damaged)?;
        // A sheet of charts has no cells.
        if relation.kind == "worksheet" {
            of_sheet = Some((relation.part(folder)?, shown(&sheet.name)));
            break;
        }
    }
    let (sheet, name) = of_sheet.ok_or(FileCode::SheetMissing)?;
    Ok(Workbook {
        sheet,
        name,
        shared: part("sharedStrings").transpose()?.filter(|part| package.has(part)),
        styles: part("styles").transpose()?.filter(|part| package.has(part)),
        since_1904,
    })
}

/// A sheet, as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    shown: bool,
}

fn sheets(package: &Package<'_>, book: &str) -> Result<(Vec<Listed>, bool), FileFault> {
    let mut xml = Xml::new(package.part(book)?);
    let (mut sheets, mut since_1904, mut is_workbook) = (Vec::new(), false, false);
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.is("workbook") => is_workbook = true,
            Node::Open(tag) if tag.is("workbookPr") => {
                since_1904 = tag.attribute("date1904")?.is_some_and(|value| value == "1" || value == "true");
            }
            Node::Open(tag) if tag.is("sheet") => {
                if sheets.len() >= RELATIONS {
                    return Err(FileCode::FileUnsafe.into());
                }
                sheets.push(Listed {
                    name: tag.attribute("name")?.unwrap_or_default(),
                    relation: tag.attribute("id")?.ok_or_else(damaged)?,
                    shown: tag.attribute("state")?.is_none_or(|state| state == "visible"),
                });
            }
            // A document or a presentation is a package too.
            Node::End if !is_workbook => return Err(FileCode::FileZip.into()),
            Node::End => return Ok((sheets, since_1904)),
            _ => {}
        }
    }
}

fn relations(package: &Package<'_>, part: &str) -> Result<Vec<Relation>, FileFault> {
    let mut xml = Xml::new(package.part(part)?);
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.is("Relationship") => {
                if found.len() >= RELATIONS {
                    return Err(FileCode::FileUnsafe.into());
                }
                let kind = tag.attribute("Type")?.unwrap_or_default();
                found.push(Relation {
                    id: tag.attribute("Id")?.unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: tag.attribute("Target")?.unwrap_or_default(),
                    external: tag.attribute("TargetMode")?.is_some_and(|mode| mode == "External"),
                });
            }
            Node::End => return Ok(found),
            _ => {}
        }
    }
}

impl Relation {
    /// The part it leads to, from a folder. What leads out of the package is refused.
    fn part(&self, folder: &str) -> Result<String, FileFault> {
        let outside = || FileFault::new(FileCode::FileUnsafe).about(&self.target);
        if self.external || self.target.contains(|c: char| c.is_control() || matches!(c, '\\' | ':' | '%')) {
            return Err(outside());
        }
        let mut pieces: Vec<&str> = Vec::new();
        let inside = self.target.strip_prefix('/');
        if inside.is_none() {
            pieces.extend(folder.split('/').filter(|piece| !piece.is_empty()));
        }
        let target = inside.unwrap_or(&self.target);
        for piece in target.split('/') {
            match piece {
                "" | "." => {}
                ".." => {
                    pieces.pop().ok_or_else(outside)?;
                }
                piece => pieces.push(piece),
            }
        }
        if pieces.is_empty() { Err(outside()) } else { Ok(pieces.join("/")) }
    }
}
