//! Every limit on a file, with its arithmetic.
//!
//! A workbook is read with at most 64 MB: 20 of the file, 16 of its texts, 12 where their index grows (4 bytes
//! for each of 1.5 million, and as much again while it moves), and less than 1 of buffers. A CSV file takes
//! less than 100 kB however long it is.

/// A file: 100,000 rows of 200 bytes.
pub const FILE_BYTES: usize = 20 << 20;
/// Rows below the header that are not empty.
pub const ROWS: u32 = 100_000;
/// The last row that a spreadsheet has.
pub const LAST_ROW: u32 = 1_048_576;
/// Columns.
pub const COLUMNS: usize = 64;
/// Characters of a cell.
pub const CELL_CHARS: usize = 2_000;
/// What precedes the first row of a CSV file and the row itself: 64 names of 250 characters.
pub const HEADER_CHARS: usize = 16_000;
/// Characters of a cell that a fault repeats.
pub const SHOWN_CHARS: usize = 80;
/// What all parts of a workbook may inflate to: 100,000 rows of 10 cells of some 60 bytes of XML, twice.
pub const INFLATED_BYTES: u64 = 128 << 20;
/// A part may inflate to so many times its size. Sheets of one repeated row reach some 30.
pub const INFLATED_RATIO: u64 = 150;
/// Below this nobody looks at the ratio.
pub const INFLATED_FREE: u64 = 1 << 20;
/// Files within a workbook.
pub const PARTS: usize = 4_096;
/// One XML tag or text: a cell of 32,767 characters of 4 bytes, and as much again in escapes.
pub const XML_EVENT_BYTES: usize = 256 << 10;
/// Elements within elements.
pub const XML_DEPTH: usize = 64;
/// Shared texts of a workbook, in all.
pub const SHARED_BYTES: usize = 16 << 20;
/// Shared texts of a workbook, by number.
pub const SHARED_TEXTS: usize = 1_500_000;
/// Styles of cells: what Excel itself allows.
pub const STYLES: usize = 65_536;
/// Sheets, and relations of a part.
pub const RELATIONS: usize = 1_000;
/// A shopper's name.
pub const NAME_CHARS: usize = 200;
