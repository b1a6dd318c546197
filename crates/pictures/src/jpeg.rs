//! A JPEG, segment by segment: whether it is whole, how large, and without what tells where and with what it was made.
//!
//! A camera's notes (EXIF) also say which way up the picture is. That alone is kept, or it would lie on its side.

use crate::Cleaned;

/// How each begins: its start, and the mark of what comes next.
pub(crate) const BEGINS: &[u8] = &[0xff, 0xd8, 0xff];

const START: [u8; 2] = [0xff, 0xd8];
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const EXIF: &[u8] = b"Exif\0\0";
/// Which way up it is, among a camera's notes.
const ORIENTATION: u16 = 0x0112;
/// As the camera held it.
const UPRIGHT: u16 = 1;

const ENDS: &str = "it ends within a segment";

pub(crate) fn clean(bytes: &[u8]) -> Result<Cleaned, &'static str> {
    let mut rest = bytes.strip_prefix(&START).ok_or("no signature")?;
    let mut cleaned = Cleaned { bytes: START.to_vec(), ..Cleaned::default() };
    let (mut orientation, mut has_pixels) = (None, false);
    loop {
        let (mark, behind) = mark(rest).ok_or(ENDS)?;
        if mark == END {
            cleaned.bytes.extend_from_slice(&[0xff, END]);
            if !behind.is_empty() {
                // Phones put films and second pictures there.
                cleaned.remove("what comes behind its end");
            }
            break;
        }
        let (segment, behind) = segment(behind).ok_or(ENDS)?;
        match mark {
            // Tables, and how often the decoder starts again.
            0xc4 | 0xdb | 0xdd => keep(&mut cleaned.bytes, mark, segment),
            0xc0..=0xc2 => {
                if cleaned.size.replace(size(segment).ok_or(ENDS)?).is_some() {
                    return Err("it has more than one frame");
                }
                keep(&mut cleaned.bytes, mark, segment);
            }
            0xc3..=0xcf => return Err("it is of a kind that browsers do not show"),
            SCAN => {
                has_pixels = true;
                keep(&mut cleaned.bytes, mark, segment);
                let (pixels, behind) = behind.split_at_checked(pixels(behind)).ok_or(ENDS)?;
                cleaned.bytes.extend_from_slice(pixels);
                rest = behind;
                continue;
            }
            // JFIF, without the small picture that may be in it.
            0xe0 if segment.starts_with(b"JFIF\0") => {
                let head = segment.get(..12).ok_or(ENDS)?;
                keep(&mut cleaned.bytes, mark, &[head, &[0, 0]].concat());
            }
            // How its colours are meant.
            0xe2 if segment.starts_with(b"ICC_PROFILE\0") => keep(&mut cleaned.bytes, mark, segment),
            0xee if segment.starts_with(b"Adobe") => keep(&mut cleaned.bytes, mark, segment),
            0xe1 if segment.starts_with(EXIF) => {
                cleaned.remove("EXIF");
                let told = segment.strip_prefix(EXIF).and_then(turned).unwrap_or(UPRIGHT);
                if orientation.is_none() && told != UPRIGHT {
                    keep(&mut cleaned.bytes, mark, &only_turned(told));
                }
                orientation.get_or_insert(told);
            }
            0xe1 => cleaned.remove("XMP"),
            0xe0..=0xef => cleaned.remove("an application's data"),
            0xfe => cleaned.remove("a comment"),
            _ => return Err("it has a segment that no JPEG has"),
        }
        rest = behind;
    }
    if !has_pixels {
        return Err("it has no pixels");
    }
    let (width, height) = cleaned.size.ok_or("it does not say how large it is")?;
    let lies_on_its_side = orientation.is_some_and(|told| (5..=8).contains(&told));
    cleaned.size = Some(if lies_on_its_side { (height, width) } else { (width, height) });
    Ok(cleaned)
}

/// The next mark; any number of `0xff` may stand before it.
fn mark(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes.strip_prefix(&[0xff])?;
    while let Some(more) = rest.strip_prefix(&[0xff]) {
        rest = more;
    }
    let (mark, behind) = rest.split_first()?;
    Some((*mark, behind))
}

/// What is in a segment, and what comes behind it. Its length counts itself.
fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)).checked_sub(2)?)
}

fn keep(into: &mut Vec<u8>, mark: u8, segment: &[u8]) {
    // It came with a length of two bytes, or is shorter than what did.
    let length = u16::try_from(segment.len()).unwrap_or(u16::MAX).saturating_add(2);
    into.extend_from_slice(&[0xff, mark]);
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(segment);
}

/// Width and height, as a frame says them: behind its precision, the height first.
fn size(frame: &[u8]) -> Option<(u32, u32)> {
    let two =
        |from: usize| frame.get(from..)?.first_chunk::<2>().map(|two| u32::from(u16::from_be_bytes(*two)));
    Some((two(3)?, two(1)?))
}

/// How many bytes of pixels there are: up to the next mark that is not one within them.
fn pixels(bytes: &[u8]) -> usize {
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let is_mark = |next: u8| !matches!(next, 0x00 | 0xd0..=0xd7 | 0xff);
    let found = pairs.enumerate().find(|(_, (one, next))| **one == 0xff && is_mark(**next));
    found.map_or(bytes.len(), |(at, _)| at)
}

/// Which way up a picture is, by a camera's notes (TIFF).
fn turned(notes: &[u8]) -> Option<u16> {
    let big = match notes.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |from: usize| {
        let bytes = notes.get(from..)?.first_chunk::<2>()?;
        Some(if big { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    };
    let first = notes.get(4..)?.first_chunk::<4>()?;
    let first = if big { u32::from_be_bytes(*first) } else { u32::from_le_bytes(*first) };
    let first = usize::try_from(first).ok()?;
    let entries = usize::from(two(first)?);
    (0..entries)
        .filter_map(|i| i.checked_mul(12)?.checked_add(first)?.checked_add(2))
        .find(|at| two(*at) == Some(ORIENTATION))
        .and_then(|at| two(at.checked_add(8)?))
        .filter(|told| (1..=8).contains(told))
}

/// A camera's notes that say nothing but which way up the picture is.
fn only_turned(told: u16) -> Vec<u8> {
    let [high, low] = told.to_be_bytes();
    [
        EXIF,
        b"MM\0*\0\0\0\x08",
        // One entry: its tag, a short number, one of them, which it is; no more entries behind it.
        b"\0\x01\x01\x12\0\x03\0\0\0\x01",
        &[high, low, 0, 0, 0, 0, 0, 0],
    ]
    .concat()
}
