//! Plain text with places in braces, filled in once: what is filled in is never looked at for places again, and never
//! becomes markup.

use maud::{Markup, html};

/// What goes into a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Somebody's words, or a number.
    Words(String),
    /// An address, which HTML shows as a link.
    Link(String),
}

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Words(&'t str),
    Place(&'t str),
}

/// A template in pieces. A brace that holds no name stands for itself.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut words_from, mut looked_at) = (0, 0);
    while let Some(open) = template.get(looked_at..).and_then(|rest| rest.find('{')) {
        let open = looked_at.saturating_add(open);
        let inside = open.saturating_add(1);
        looked_at = inside;
        let Some(rest) = template.get(inside..) else { break };
        let Some((name, _)) = rest.split_once('}') else { break };
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            pieces.extend(template.get(words_from..open).map(Piece::Words));
            pieces.push(Piece::Place(name));
            looked_at = inside.saturating_add(name.len()).saturating_add(1);
            words_from = looked_at;
        }
    }
    pieces.extend(template.get(words_from..).map(Piece::Words));
    pieces
}

/// The names that stand in a template's braces.
pub(crate) fn places(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).into_iter().filter_map(|piece| match piece {
        Piece::Place(name) => Some(name),
        Piece::Words(_) => None,
    })
}

/// A filled template, before it becomes text or HTML.
pub(crate) struct Filled(Vec<Run>);

enum Run {
    /// The template's own words: line breaks count.
    Words(String),
    /// What was filled in.
    Value(String),
    Link(String),
}

/// Fills a template. A place without a value is left out, with the blank before it: `Hello {name},` is `Hello,` for
/// somebody without a name.
pub(crate) fn fill(template: &str, value: impl Fn(&str) -> Option<Value>) -> Filled {
    let mut runs: Vec<Run> = Vec::new();
    for piece in pieces(template) {
        match piece {
            Piece::Words(words) => runs.push(Run::Words(words.to_owned())),
            Piece::Place(name) => match value(name) {
                Some(Value::Words(words)) if !clean(&words).is_empty() => {
                    runs.push(Run::Value(clean(&words)));
                }
                Some(Value::Link(url)) => runs.push(Run::Link(clean(&url))),
                _ => {
                    if let Some(Run::Words(words)) = runs.last_mut() {
                        words.truncate(words.trim_end_matches(' ').len());
                    }
                }
            },
        }
    }
    Filled(runs)
}

impl Filled {
    /// As plain text, with lines as they were written.
    pub(crate) fn text(&self) -> String {
        let words = self.0.iter().map(|run| match run {
            Run::Words(words) | Run::Value(words) | Run::Link(words) => words.as_str(),
        });
        words.collect::<String>().trim().to_owned()
    }

    /// As one line, for a header.
    pub(crate) fn line(&self) -> String {
        clean(&self.text())
    }

    /// As paragraphs of HTML, each with its lines. A blank line begins a paragraph.
    pub(crate) fn paragraphs(&self) -> Vec<Markup> {
        let mut lines: Vec<Vec<Markup>> = vec![Vec::new()];
        for run in &self.0 {
            let mut pieces = match run {
                Run::Value(words) => vec![html! { bdi { (words) } }],
                Run::Link(url) => vec![html! { a href=(url) target="_blank" { (url) } }],
                Run::Words(words) => words.split('\n').map(|line| html! { (line) }).collect(),
            }
            .into_iter();
            if let (Some(first), Some(line)) = (pieces.next(), lines.last_mut()) {
                line.push(first);
            }
            lines.extend(pieces.map(|piece| vec![piece]));
        }
        let lines: Vec<Markup> =
            lines.into_iter().map(|pieces| html! { @for piece in pieces { (piece) } }).collect();
        lines
            .split(|line| line.0.trim().is_empty())
            .filter(|paragraph| !paragraph.is_empty())
            .map(|paragraph| html! { @for (i, line) in paragraph.iter().enumerate() { @if i > 0 { br; } (line) } })
            .collect()
    }
}

/// Somebody's words on one line: no control character, no line break that could begin a header, and nothing that
/// turns the direction of what follows.
pub(crate) fn clean(words: &str) -> String {
    let mut line = String::with_capacity(words.len());
    for c in words.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}' || c.is_control() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !turns {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Filled {
        fill(template, |name| match name {
            "name" => Some(Value::Words("<b>{points}</b>\r\nBcc: x".to_owned())),
            "points" => Some(Value::Words("50 points".to_owned())),
            "shop_url" => Some(Value::Link("https://shop.example/?a=1&b=2".to_owned())),
            _ => None,
        })
    }

    #[test]
    fn a_place_is_filled_once() {
        assert_eq!(filled("Hello {name}, {points}!").text(), "Hello <b>{points}</b> Bcc: x, 50 points!");
        assert_eq!(filled("Hello {nobody},").text(), "Hello,");
        assert_eq!(filled("{ {} {A} {points").text(), "{ {} {A} {points");
        assert_eq!(filled("{x {points}").text(), "{x 50 points");
        assert_eq!(places("{a} {A} {b_c}").collect::<Vec<_>>(), ["a", "b_c"]);
    }

    #[test]
    fn words_never_become_markup() {
        let html: Vec<String> = filled("<i>Hi</i> {name}\nsecond\n\n \nnext {shop_url}\n")
            .paragraphs()
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(
            html,
            [
                "&lt;i&gt;Hi&lt;/i&gt; <bdi>&lt;b&gt;{points}&lt;/b&gt; Bcc: x</bdi><br>second",
                "next <a href=\"https://shop.example/?a=1&amp;b=2\" target=\"_blank\">https://shop.example/?a=1&amp;b=2</a>",
            ]
        );
    }

    #[test]
    fn words_stay_on_their_line() {
        assert_eq!(clean(" a\r\n\tb\u{202e}c\u{0} "), "a bc");
        assert_eq!(clean("12\u{a0}000\u{a0}lei"), "12\u{a0}000\u{a0}lei");
    }
}
