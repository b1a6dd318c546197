//! Whether two e-mail addresses lead to the same person, as far as that can be seen: for what people try with
//! invitations. Nobody is given anything because of it; whoever proves an address is looked up by the address itself.

use idna::punycode;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use crate::platform::crypto;

/// Providers that read no dots in a name, and the one that their addresses are of.
const WITHOUT_DOTS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// An address as it would be written without what makes one look like another: case, `+tag`, the dots of providers
/// that do not read them, and letters of other alphabets that look like Latin ones.
fn plain(email: &str) -> String {
    let email = email.trim().nfkc().collect::<String>().to_lowercase();
    let (name, domain) = email.rsplit_once('@').unwrap_or((&email, ""));
    let labels: Vec<String> = domain.trim_end_matches('.').split('.').map(label).collect();
    let domain = labels.join(".");
    let name = looks(name.split('+').next().unwrap_or_default());
    if WITHOUT_DOTS.contains(&domain.as_str()) {
        let [one, ..] = WITHOUT_DOTS;
        return format!("{}@{one}", name.replace('.', ""));
    }
    format!("{name}@{domain}")
}

/// A part of a domain as people read it.
fn label(label: &str) -> String {
    let read = label.strip_prefix("xn--").and_then(punycode::decode_to_string);
    looks(read.as_deref().unwrap_or(label))
}

/// A text with each letter that is not of ASCII as the one that it looks like. Those of ASCII are left as they are: `1`
/// and `l` look alike, too, and are two people.
fn looks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            plain.push(letter);
        } else {
            let like: String = skeleton(letter.encode_utf8(&mut [0; 4])).collect();
            // An accent that is only drawn over a letter makes it another one: José and Jose are two.
            plain.push_str(&like.to_lowercase());
        }
    }
    plain
}

/// The keyed hash of an address without what makes it look like another.
pub(crate) fn person_hash(index_key: &str, email: &str) -> String {
    crypto::to_base64url(&crypto::hmac(index_key.as_bytes(), format!("person\n{}", plain(email)).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_person_are_one() {
        let ana = plain("ana.pop@gmail.com");
        for other in [
            "Ana.Pop@Gmail.com",
            "anapop@gmail.com",
            "a.n.a.p.o.p+shop@gmail.com",
            "ana.pop+2@googlemail.com",
            " ana.pop@gmail.com ",
            "\u{430}na.pop@gmail.com",
            "an\u{430}.p\u{43e}p@gmail.com",
            "\u{ff41}\u{ff4e}\u{ff41}pop@gmail.com",
            "ana.pop@gm\u{430}il.com",
            "ana.pop@xn--gmil-63d.com",
            "\u{391}na.pop@gmail.com",
        ] {
            assert_eq!(plain(other), ana, "{other}");
        }
        assert_eq!(plain("ana+x@shop.example"), plain("ANA@shop.example."));
    }

    #[test]
    fn addresses_of_two_people_are_two() {
        let pairs = [
            ("ana.pop@shop.example", "anapop@shop.example"),
            ("john1@gmail.com", "johnl@gmail.com"),
            ("maria@gmail.com", "rnaria@gmail.com"),
            ("jose@gmail.com", "jos\u{e9}@gmail.com"),
            ("ana@gmail.com", "ana@gmail.co"),
            ("ana@a.example", "ana@b.example"),
        ];
        for (one, other) in pairs {
            assert_ne!(plain(one), plain(other));
        }
        // What is no address is only itself.
        assert_eq!(plain("nobody"), "nobody@");
    }
}
