//! What may be somebody's name. An invitation shows the names that one stranger typed to another: what could lead
//! somewhere, begin a header, or turn the direction of the words beside it is no name.

/// Characters of a first or a last name, at most.
pub(crate) const PERSON_NAME_CHARS: usize = 60;
/// Digits in one, at most: `3rd`, and no telephone number.
const DIGITS: usize = 3;

/// Whether it can be a person's name: nothing that a mail client makes a link of, no markup, one line.
pub(crate) fn is_person_name(name: &str) -> bool {
    let name = name.trim();
    name.chars().count() <= PERSON_NAME_CHARS
        && name.chars().any(char::is_alphabetic)
        && name.chars().all(is_allowed)
        && name.chars().filter(|c| c.is_numeric()).count() <= DIGITS
        && !names_a_host(name)
}

fn is_allowed(c: char) -> bool {
    match half_width(c) {
        ' ' | '\u{a0}' | '\u{200c}' | '\u{200d}' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric() || "-'’.,()&\"`".contains(c),
        // Other blanks, invisible and turning characters, line separators, tags, private use.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{ffff}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{10ffff}' => false,
        c => !c.is_control() && !c.is_whitespace(),
    }
}

/// `＠` reads as `@`, and some programs take it for one.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        // What names of hosts take for dots.
        '\u{3002}' | '\u{ff61}' | '\u{2024}' => '.',
        // What looks like a stroke or a colon.
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => '/',
        '\u{a789}' | '\u{fe55}' | '\u{fe13}' | '\u{2236}' => ':',
        c => c,
    }
}

/// Whether a mail client might make a link of it: a dot between letters, with at least two after it. `J.R. Pop` and
/// `St. John` are names.
fn names_a_host(name: &str) -> bool {
    let plain: String = name.chars().map(half_width).collect();
    let parts: Vec<&str> = plain.split('.').collect();
    parts.windows(2).any(|pair| match pair {
        [before, after] => {
            before.ends_with(char::is_alphanumeric)
                && after.chars().take_while(|c| c.is_alphanumeric()).count() >= 2
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_so() {
        for name in [
            "Ana",
            "Ștefan-Andrei",
            "Seán O’Brien",
            "D'Angelo",
            "J.R. Pop",
            "St. John",
            "Ana & Dan",
            "Ana \"Anuța\" Pop",
            "Martin Luther King, Jr.",
            "Henry 8",
            "李小龍",
            "שלום",
            "محمد",
            "می\u{200c}خواهم",
            "Nguyê\u{303}n",
            " Ana ",
            "A",
            "J.R",
        ] {
            assert!(is_person_name(name), "{name}");
        }
        assert!(is_person_name(&"ș".repeat(60)));
    }

    #[test]
    fn nobody_is_called_so() {
        for name in [
            "",
            "  ",
            "7",
            "-",
            "http://evil.example Ana",
            "evil.example",
            "Ana evil.ro",
            "www.evil",
            "Ana evil。example",
            "evil．example",
            "ana@evil",
            "ana＠evil",
            "a/b",
            "a／b",
            "mailto:x",
            "<b>Ana</b>",
            "{points}",
            "Ana\nBcc: x",
            "Ana\r\nBcc",
            "Ana\u{2028}x",
            "Ana\u{85}x",
            "Ana\u{0}",
            "Ana\u{202e}x",
            "Ana\u{2066}x",
            "Ana\u{200b}x",
            "Ana\u{e0041}",
            "0722 123 456 Ana",
            "=?utf-8?b?QQ==?=",
            "Ana%0d%0aBcc",
            "$100",
        ] {
            assert!(!is_person_name(name), "{name:?}");
        }
        assert!(!is_person_name(&"a".repeat(61)));
    }
}
