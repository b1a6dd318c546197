//! A PNG, chunk by chunk: whether it is whole, and without what tells where and with what it was made.

use crate::Cleaned;

/// How each begins.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that say how it looks, moving pictures among them. Text, times and a camera's notes are not.
const KEPT: [&[u8]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

pub(crate) fn clean(bytes: &[u8]) -> Result<Cleaned, &'static str> {
    let ends = "it ends within a chunk";
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or("no signature")?;
    let mut cleaned = Cleaned { bytes: SIGNATURE.to_vec(), ..Cleaned::default() };
    let (mut first, mut has_pixels) = (true, false);
    loop {
        let (length, _) = rest.split_first_chunk::<4>().ok_or(ends)?;
        let kind = rest.get(4..8).ok_or(ends)?;
        // Its length, its kind, what is in it, a checksum.
        let whole =
            usize::try_from(u32::from_be_bytes(*length)).ok().and_then(|length| length.checked_add(12));
        let (chunk, behind) = whole.and_then(|whole| rest.split_at_checked(whole)).ok_or(ends)?;
        if first != (kind == b"IHDR") {
            return Err("its first chunk, and no other, is IHDR");
        }
        has_pixels |= kind == b"IDAT";
        if KEPT.contains(&kind) {
            cleaned.bytes.extend_from_slice(chunk);
        } else {
            cleaned.remove(&String::from_utf8_lossy(kind));
        }
        if kind == b"IEND" {
            return match (has_pixels, behind.is_empty()) {
                (false, _) => Err("it has no pixels"),
                (true, false) => Err("something comes behind its end"),
                (true, true) => Ok(cleaned),
            };
        }
        (first, rest) = (false, behind);
    }
}
