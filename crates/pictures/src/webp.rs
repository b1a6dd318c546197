//! A WebP, chunk by chunk: whether its container is as long as it says and has pixels, and without what tells where
//! and with what it was made.

use crate::Cleaned;

/// Chunks that say how it looks, moving pictures among them.
const KEPT: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// In the first byte of `VP8X`: there are EXIF and XMP.
const METADATA_FLAGS: u8 = 0b0000_1100;

pub(crate) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

fn length(bytes: &[u8]) -> Option<usize> {
    let four = bytes.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}

pub(crate) fn clean(bytes: &[u8]) -> Result<Cleaned, &'static str> {
    let ends = "it ends within a chunk";
    let told = bytes.get(4..).and_then(length).and_then(|told| told.checked_add(8)).ok_or(ends)?;
    if told != bytes.len() {
        return Err("it is not as long as it says");
    }
    let mut rest = bytes.get(12..).ok_or(ends)?;
    let mut cleaned = Cleaned::default();
    let mut chunks = b"WEBP".to_vec();
    let mut has_pixels = false;
    while !rest.is_empty() {
        let size = rest.get(4..).and_then(length).ok_or(ends)?;
        // Chunks are padded to an even length, behind their kind and their size.
        let padded = size.checked_next_multiple_of(2).and_then(|size| size.checked_add(8)).ok_or(ends)?;
        let (chunk, behind) = rest.split_at_checked(padded).ok_or(ends)?;
        has_pixels |= [b"VP8 ", b"VP8L", b"ANMF"].into_iter().any(|kind| chunk.starts_with(kind));
        if KEPT.into_iter().any(|kind| chunk.starts_with(kind)) {
            let from = chunks.len();
            chunks.extend_from_slice(chunk);
            let flags = from.checked_add(8).filter(|_| chunk.starts_with(b"VP8X"));
            if let Some(flags) = flags.and_then(|flags| chunks.get_mut(flags)) {
                *flags &= !METADATA_FLAGS;
            }
        } else {
            cleaned.remove(String::from_utf8_lossy(chunk.get(..4).unwrap_or_default()).trim());
        }
        rest = behind;
    }
    if !has_pixels {
        return Err("it has no pixels");
    }
    let size = u32::try_from(chunks.len()).map_err(|_| "it is too long")?;
    cleaned.bytes = [b"RIFF".as_slice(), &size.to_le_bytes(), &chunks].concat();
    Ok(cleaned)
}
