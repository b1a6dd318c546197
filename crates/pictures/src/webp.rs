//! Whether a WebP is whole: its container is as long as it says, and has pixels.

pub(crate) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

fn length(bytes: &[u8]) -> Option<usize> {
    let four = bytes.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}

pub(crate) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let ends = "it ends within a chunk";
    let told = bytes.get(4..).and_then(length).and_then(|told| told.checked_add(8)).ok_or(ends)?;
    if told != bytes.len() {
        return Err("it is not as long as it says");
    }
    let mut rest = bytes.get(12..).ok_or(ends)?;
    let mut has_pixels = false;
    while !rest.is_empty() {
        let (head, behind) = rest.split_at_checked(8).ok_or(ends)?;
        let size = head.get(4..).and_then(length).ok_or(ends)?;
        // Chunks are padded to an even length.
        let padded = size.checked_next_multiple_of(2).ok_or(ends)?;
        let (_, behind) = behind.split_at_checked(padded).ok_or(ends)?;
        has_pixels |= [b"VP8 ", b"VP8L", b"ANMF"].into_iter().any(|kind| head.starts_with(kind));
        rest = behind;
    }
    if has_pixels { Ok(()) } else { Err("it has no pixels") }
}
