//! Bytes to text, as they come.
//!
//! A byte order mark says UTF-8 or UTF-16. Without one, what comes is ASCII until the first byte that is not:
//! if it starts a character of UTF-8 the file is UTF-8, otherwise it is in the code page in which Windows writes
//! CSV files in the merchant's language. That is decided once. A file that starts as UTF-8 and does not go on as
//! such (two files put together) is refused where it stops being UTF-8; the other way around there are no bytes
//! that a code page cannot mean, but those it leaves free are refused.
//!
//! All ends of lines become line feeds.

use crate::fault::FileCode;
use crate::options::Language;

/// 0x80 to 0x9f in Windows-1252; above, it is Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];
/// 0x80 to 0xff in Windows-1250, which is Romania's.
const WINDOWS_1250: [char; 128] = [
    '€', '\0', '‚', '\0', '„', '…', '†', '‡', '\0', '‰', 'Š', '‹', 'Ś', 'Ť', 'Ž', 'Ź', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '\0', '™', 'š', '›', 'ś', 'ť', 'ž', 'ź', '\u{a0}', 'ˇ', '˘', 'Ł', '¤', 'Ą', '¦', '§',
    '¨', '©', 'Ş', '«', '¬', '\u{ad}', '®', 'Ż', '°', '±', '˛', 'ł', '´', 'µ', '¶', '·', '¸', 'ą', 'ş', '»',
    'Ľ', '˝', 'ľ', 'ż', 'Ŕ', 'Á', 'Â', 'Ă', 'Ä', 'Ĺ', 'Ć', 'Ç', 'Č', 'É', 'Ę', 'Ë', 'Ě', 'Í', 'Î', 'Ď', 'Đ',
    'Ń', 'Ň', 'Ó', 'Ô', 'Ő', 'Ö', '×', 'Ř', 'Ů', 'Ú', 'Ű', 'Ü', 'Ý', 'Ţ', 'ß', 'ŕ', 'á', 'â', 'ă', 'ä', 'ĺ',
    'ć', 'ç', 'č', 'é', 'ę', 'ë', 'ě', 'í', 'î', 'ď', 'đ', 'ń', 'ň', 'ó', 'ô', 'ő', 'ö', '÷', 'ř', 'ů', 'ú',
    'ű', 'ü', 'ý', 'ţ', '˙',
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// Nothing but ASCII so far.
    Unknown,
    Utf8,
    Utf16 {
        big_endian: bool,
    },
    Windows,
}

pub(super) struct Decoder {
    encoding: Encoding,
    language: Language,
    /// Whether the first bytes have been seen.
    begun: bool,
    /// Bytes of a character that is not complete.
    pending: Vec<u8>,
    /// The last character was a carriage return, which has been told as a line feed.
    returned: bool,
}

impl Decoder {
    pub(super) const fn new(language: Language) -> Self {
        Self { encoding: Encoding::Unknown, language, begun: false, pending: Vec::new(), returned: false }
    }

    /// Adds the text of a piece. Where it fails, `out` has what precedes the byte that cannot be read.
    pub(super) fn decode(&mut self, piece: &[u8], out: &mut String) -> Result<(), FileCode> {
        let joined;
        let bytes = if self.pending.is_empty() {
            piece
        } else {
            self.pending.extend_from_slice(piece);
            joined = std::mem::take(&mut self.pending);
            joined.as_slice()
        };
        let bytes = if self.begun {
            bytes
        } else if bytes.len() < 3 {
            self.pending = bytes.to_vec();
            return Ok(());
        } else {
            self.begin(bytes)
        };
        let rest = self.complete(bytes, out)?;
        self.pending = rest.to_vec();
        Ok(())
    }

    /// The file is complete.
    pub(super) fn finish(&mut self, out: &mut String) -> Result<(), FileCode> {
        let pending = std::mem::take(&mut self.pending);
        let bytes = if self.begun { pending.as_slice() } else { self.begin(&pending) };
        let rest = self.complete(bytes, out)?;
        if rest.is_empty() {
            return Ok(());
        }
        if self.encoding == Encoding::Unknown {
            self.encoding = Encoding::Windows;
            self.windows(rest, out)
        } else {
            Err(FileCode::EncodingInvalid)
        }
    }

    /// Takes the byte order mark.
    fn begin<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        self.begun = true;
        let (encoding, rest) = match bytes {
            [0xef, 0xbb, 0xbf, rest @ ..] => (Encoding::Utf8, rest),
            [0xff, 0xfe, rest @ ..] => (Encoding::Utf16 { big_endian: false }, rest),
            [0xfe, 0xff, rest @ ..] => (Encoding::Utf16 { big_endian: true }, rest),
            rest => (Encoding::Unknown, rest),
        };
        self.encoding = encoding;
        rest
    }

    /// Adds all characters that are complete, and gives back what is left.
    fn complete<'b>(&mut self, bytes: &'b [u8], out: &mut String) -> Result<&'b [u8], FileCode> {
        match self.encoding {
            Encoding::Utf16 { big_endian } => self.utf_16(bytes, big_endian, out),
            Encoding::Windows => self.windows(bytes, out).map(|()| [].as_slice()),
            Encoding::Unknown | Encoding::Utf8 => self.utf_8(bytes, out),
        }
    }

    fn utf_8<'b>(&mut self, bytes: &'b [u8], out: &mut String) -> Result<&'b [u8], FileCode> {
        let (valid, invalid) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let (valid, rest) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
                (std::str::from_utf8(valid).unwrap_or_default(), Some((rest, error.error_len().is_none())))
            }
        };
        if !valid.is_ascii() {
            self.encoding = Encoding::Utf8;
        }
        self.add(valid, out)?;
        match invalid {
            None => Ok(&[]),
            Some((rest, true)) => Ok(rest),
            Some((rest, false)) if self.encoding == Encoding::Unknown => {
                self.encoding = Encoding::Windows;
                self.windows(rest, out).map(|()| [].as_slice())
            }
            Some(_) => Err(FileCode::EncodingInvalid),
        }
    }

    fn utf_16<'b>(
        &mut self,
        bytes: &'b [u8],
        big_endian: bool,
        out: &mut String,
    ) -> Result<&'b [u8], FileCode> {
        let unit = |pair: &[u8]| match pair {
            [first, second] if big_endian => u16::from_be_bytes([*first, *second]),
            [first, second] => u16::from_le_bytes([*first, *second]),
            _ => 0,
        };
        let whole = bytes.len().saturating_sub(bytes.len() % 2);
        let (pairs, mut rest) = bytes.split_at_checked(whole).unwrap_or_default();
        let mut units: Vec<u16> = pairs.chunks_exact(2).map(unit).collect();
        // The second half of a pair of surrogates is still to come.
        if units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
            rest = bytes.get(whole.saturating_sub(2)..).unwrap_or_default();
        }
        let mut text = String::with_capacity(units.len());
        for character in char::decode_utf16(units) {
            let Ok(character) = character else {
                self.add(&text, out)?;
                return Err(FileCode::EncodingInvalid);
            };
            text.push(character);
        }
        self.add(&text, out)?;
        Ok(rest)
    }

    fn windows(&mut self, bytes: &[u8], out: &mut String) -> Result<(), FileCode> {
        let mut text = String::with_capacity(bytes.len());
        for byte in bytes {
            let character = of_windows(*byte, self.language);
            if character == '\0' && *byte != 0 {
                self.add(&text, out)?;
                return Err(FileCode::EncodingInvalid);
            }
            text.push(character);
        }
        self.add(&text, out)
    }

    /// Adds text, its lines ended by line feeds. NUL is in no text.
    fn add(&mut self, text: &str, out: &mut String) -> Result<(), FileCode> {
        let (text, binary) = text.split_once('\0').map_or((text, false), |(before, _)| (before, true));
        let mut pieces = text.split('\r');
        if let Some(first) = pieces.next() {
            self.add_after(first, out);
        }
        for piece in pieces {
            out.push('\n');
            self.returned = true;
            self.add_after(piece, out);
        }
        if binary { Err(FileCode::FileBinary) } else { Ok(()) }
    }

    fn add_after(&mut self, text: &str, out: &mut String) {
        if text.is_empty() {
            return;
        }
        let text = if self.returned { text.strip_prefix('\n').unwrap_or(text) } else { text };
        self.returned = false;
        out.push_str(text);
    }
}

/// A byte in the code page of a language; NUL where it has nothing.
fn of_windows(byte: u8, language: Language) -> char {
    let above = |from: u8| usize::from(byte.saturating_sub(from));
    match (byte, language) {
        (0..0x80, _) => char::from(byte),
        (_, Language::Romanian) => WINDOWS_1250.get(above(0x80)).copied().unwrap_or_default(),
        (0x80..0xa0, _) => WINDOWS_1252.get(above(0x80)).copied().unwrap_or_default(),
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of bytes, whole and byte by byte.
    fn text(bytes: &[u8], language: Language) -> Result<String, FileCode> {
        let read = |size: usize| {
            let (mut decoder, mut text) = (Decoder::new(language), String::new());
            for piece in bytes.chunks(size) {
                decoder.decode(piece, &mut text).map_err(|code| (code, text.clone()))?;
            }
            decoder.finish(&mut text).map_err(|code| (code, text.clone()))?;
            Ok(text)
        };
        let whole = read(usize::MAX);
        for size in 1..=5 {
            assert_eq!(read(size), whole, "{size}");
        }
        whole.map_err(|(code, _)| code)
    }

    #[test]
    fn code_pages_are_windows_own() {
        let pages = [
            (Language::French, encoding_rs::WINDOWS_1252),
            (Language::Portuguese, encoding_rs::WINDOWS_1252),
            (Language::Romanian, encoding_rs::WINDOWS_1250),
        ];
        for (language, page) in pages {
            for byte in 0x80..=0xff {
                let (expect, _) = page.decode_without_bom_handling(std::slice::from_ref(&byte));
                // The web's table has control characters where Windows' has nothing.
                let expect = expect.chars().next().filter(|c| !c.is_control()).unwrap_or_default();
                assert_eq!(of_windows(byte, language), expect, "{byte:x}");
            }
        }
    }

    #[test]
    fn bytes_become_text() {
        let en = Language::English;
        let utf_16 = |text: &str, big: bool| -> Vec<u8> {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let cases: [(&[u8], &str); 12] = [
            (b"", ""),
            (b"a", "a"),
            (b"a\r\nb\rc\nd\r\r\n\r", "a\nb\nc\nd\n\n\n"),
            ("é€😀".as_bytes(), "é€😀"),
            (b"\xef\xbb\xbfa\xc3\xa9", "aé"),
            (b"\xef\xbb\xbf", ""),
            (b"caf\xe9", "café"),
            (b"\xe9t\xe9;\x80", "été;€"),
            (b"ab\xe2\x82", "abâ‚"),
            (&utf_16("é\r\n😀x", false), "é\n😀x"),
            (&utf_16("é\r\n😀x", true), "é\n😀x"),
            (b"\xff\xfe", ""),
        ];
        for (bytes, expect) in cases {
            assert_eq!(text(bytes, en).as_deref(), Ok(expect), "{bytes:x?}");
        }
        assert_eq!(text(b"\xbatefan", Language::Romanian).as_deref(), Ok("ştefan"));
        let refused: [(&[u8], FileCode); 8] = [
            (b"a\0b", FileCode::FileBinary),
            (b"\xc3\xa9 \xe9t", FileCode::EncodingInvalid),
            (b"\xc3\xa9 \xe2\x82", FileCode::EncodingInvalid),
            (b"\xef\xbb\xbfa\xe9b", FileCode::EncodingInvalid),
            (b"\xe9\x81", FileCode::EncodingInvalid),
            (b"\xff\xfea\0b", FileCode::EncodingInvalid),
            (b"\xff\xfe\x00\xdca\0", FileCode::EncodingInvalid),
            (b"a\0b\0", FileCode::FileBinary),
        ];
        for (bytes, expect) in refused {
            assert_eq!(text(bytes, en), Err(expect), "{bytes:x?}");
        }
    }
}
