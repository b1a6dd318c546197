//! The forms of ids. They carry their way: from an id alone the edge knows which store and which shard to ask.

/// Crockford's base 32 without the letters that read like digits.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Longest id that a shop may choose (customers, orders, products).
pub const MAX_ID_CHARS: usize = 255;

/// Whether a shop's own id can be used: not empty, not too long, printable.
pub fn is_shop_id(id: &str) -> bool {
    !id.is_empty() && id.chars().count() <= MAX_ID_CHARS && !id.chars().any(char::is_control)
}

/// Whether it has the form of a store id: `st_` and 16 characters of [`ALPHABET`], in lower case.
pub fn is_store_id(id: &str) -> bool {
    id.strip_prefix("st_").is_some_and(|rest| rest.len() == 16 && is_lower_base32(rest))
}

fn is_lower_base32(text: &str) -> bool {
    text.bytes().all(|b| !b.is_ascii_uppercase() && ALPHABET.contains(&b.to_ascii_uppercase()))
}

/// Bytes as lower-case base 32, without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(8).div_ceil(5));
    let (mut buffer, mut bits) = (0_u16, 0_u32);
    for byte in bytes {
        buffer = (buffer << 8) | u16::from(*byte);
        bits = bits.saturating_add(8);
        while bits >= 5 {
            bits = bits.saturating_sub(5);
            push(&mut text, buffer >> bits);
            buffer &= (1_u16 << bits).wrapping_sub(1);
        }
    }
    if bits > 0 {
        push(&mut text, buffer << 5_u32.saturating_sub(bits));
    }
    text
}

/// Bytes from lower-case base 32; what is not of that form is `None`.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut buffer, mut bits) = (0_u16, 0_u32);
    for letter in text.bytes() {
        if letter.is_ascii_uppercase() {
            return None;
        }
        let value = ALPHABET.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        buffer = (buffer << 5) | u16::try_from(value).ok()?;
        bits = bits.saturating_add(5);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            bytes.push(u8::try_from(buffer >> bits).ok()?);
            buffer &= (1_u16 << bits).wrapping_sub(1);
        }
    }
    (buffer == 0 && bits < 5).then_some(bytes)
}

fn push(text: &mut String, five_bits: u16) {
    if let Some(letter) = ALPHABET.get(usize::from(five_bits & 31)) {
        text.push(char::from(letter.to_ascii_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_base_32() {
        assert_eq!(base32(&[]), "");
        assert_eq!(base32(&[0xff]), "zw");
        assert_eq!(base32(&[0; 10]), "0000000000000000");
        for bytes in [&[][..], &[1], &[255, 0], &[9, 8, 7, 6, 5, 4, 3]] {
            assert_eq!(from_base32(&base32(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(from_base32("Z"), None);
        assert!(is_store_id(&format!("st_{}", base32(&[7; 10]))));
        assert!(!is_store_id("st_0000"));
        assert!(!is_store_id("st_000000000000000u"));
    }
}
