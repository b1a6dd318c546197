//! Whether a PNG is whole: its chunks follow each other to the last one, and nothing comes behind it.

/// How each begins.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

pub(crate) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or("no signature")?;
    let (mut first, mut has_pixels) = (true, false);
    loop {
        let (head, behind) = rest.split_at_checked(8).ok_or("it ends within a chunk")?;
        let (length, kind) = head.split_at_checked(4).ok_or("it ends within a chunk")?;
        let length = length.try_into().map(u32::from_be_bytes).map_err(|_| "it ends within a chunk")?;
        // A checksum follows.
        let whole = usize::try_from(length).ok().and_then(|length| length.checked_add(4));
        let (_, behind) =
            whole.and_then(|whole| behind.split_at_checked(whole)).ok_or("it ends within a chunk")?;
        if first != (kind == b"IHDR") {
            return Err("its first chunk, and no other, is IHDR");
        }
        has_pixels |= kind == b"IDAT";
        if kind == b"IEND" {
            return match (has_pixels, behind.is_empty()) {
                (false, _) => Err("it has no pixels"),
                (true, false) => Err("something comes behind its end"),
                (true, true) => Ok(()),
            };
        }
        (first, rest) = (false, behind);
    }
}
