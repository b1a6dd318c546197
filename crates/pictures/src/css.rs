//! The little of CSS that a picture needs: properties of the list of [`crate::svg`], and values that can name nothing
//! but a part of the same document. What is not understood is left out, never guessed at.

use std::fmt::Write;

/// Functions that draw and do nothing else.
const FUNCTIONS: [&str; 15] = [
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "matrix",
    "translate",
    "translatex",
    "translatey",
    "scale",
    "scalex",
    "scaley",
    "rotate",
    "skewx",
    "skewy",
    "url",
];

/// Whether a value is numbers, words, colours, or parts of the same document.
pub(crate) fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " \t\r\n.,+-%#_/()'\"".contains(c);
    if !value.chars().all(plain) {
        return false;
    }
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('(') {
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at.saturating_add(1));
        let name = before.get(start..).unwrap_or_default().to_ascii_lowercase();
        let Some((inside, behind)) = behind.split_once(')') else { return false };
        let own = || own_part(inside.trim().trim_matches(['\'', '"'])).is_some();
        if !FUNCTIONS.contains(&name.as_str()) || inside.contains('(') || (name == "url" && !own()) {
            return false;
        }
        rest = behind;
    }
    !rest.contains(')')
}

/// The id in a reference to a part of the same document.
pub(crate) fn own_part(reference: &str) -> Option<&str> {
    reference.strip_prefix('#').filter(|id| is_id(id))
}

/// Whether it can be an id, or a list of classes.
pub(crate) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || "_-.: ".contains(c))
}

/// Declarations, without those that are not on the list; `removed` hears of each.
pub(crate) fn declarations(text: &str, known: fn(&str) -> bool, removed: &mut impl FnMut(String)) -> String {
    let mut kept = String::new();
    for declaration in text.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        let (name, value) = declaration.split_once(':').unwrap_or((declaration, ""));
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if known(&name) && !value.is_empty() && is_plain(value) {
            let _ = write!(kept, "{name}:{value};");
        } else {
            removed(format!("style:{name}"));
        }
    }
    kept
}

/// A style sheet of plain rules, without comments, at-rules and whatever else is not on the list.
pub(crate) fn sheet(text: &str, known: fn(&str) -> bool, removed: &mut impl FnMut(String)) -> String {
    let text = without_comments(text);
    let mut kept = String::new();
    // An escape or an at-rule may mean anything further on: nothing of the sheet is kept.
    if text.contains(['\\', '@', '<', '&']) {
        removed("style".to_owned());
        return kept;
    }
    for rule in text.split_inclusive('}') {
        let Some((selector, body)) = rule.split_once('{') else { continue };
        let (selector, body) = (selector.trim(), body.strip_suffix('}').unwrap_or(body));
        let plain = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "._-#,*>".contains(c);
        if selector.is_empty() || !selector.chars().all(plain) || body.contains('{') {
            removed("style".to_owned());
            continue;
        }
        let body = declarations(body, known, removed);
        if !body.is_empty() {
            let _ = write!(kept, "{selector}{{{body}}}");
        }
    }
    kept
}

/// A comment that does not end takes the rest with it.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("/*") {
        kept.push_str(before);
        kept.push(' ');
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    kept.push_str(rest);
    kept
}
