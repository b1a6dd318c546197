//! The guide to the API as a page: `www/guide/README.md` with its samples, as the edge serves it at `/guide`.
//!
//! The Markdown is what people read in the repository, and what `tests/api/tests/guide.rs` runs. On the page, a
//! paragraph that is a link to a sample becomes the sample itself.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::paths::short_hash;

/// The page, and its style under a name that holds its hash.
pub(crate) struct Guide {
    pub(crate) page: String,
    pub(crate) style_name: String,
    pub(crate) style: Vec<u8>,
}

/// Reads the guide in `folder` and makes its page. It fails where the page would lead nowhere.
pub(crate) fn read(folder: &Path) -> Result<Guide> {
    let text = fs::read_to_string(folder.join("README.md")).context("www/guide/README.md")?;
    let style = fs::read(folder.join("style.css")).context("www/guide/style.css")?;
    let style_name = format!("guide-{}.css", short_hash(&[&style]));
    let page = page(&text, &style_name, |name| {
        let path = folder.join("samples").join(name);
        fs::read_to_string(&path).with_context(|| format!("www/guide links to {}", path.display()))
    })?;
    Ok(Guide { page, style_name, style })
}

fn page(text: &str, style: &str, sample: impl Fn(&str) -> Result<String>) -> Result<String> {
    let events: Vec<_> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut page = Vec::new();
    let mut sections = Vec::new();
    let mut title = String::new();
    let mut at = 0;
    while let Some(event) = events.get(at) {
        let rest = &events[at..];
        let (taken, event) = match event {
            Event::Start(Tag::Paragraph) => match linked_sample(rest)? {
                Some((name, caption, taken)) => {
                    let first =
                        !matches!(page.last(), Some(Event::Html(text)) if text.starts_with("<details"));
                    (taken, raw(shown_sample(&caption, &sample(name)?, first)?))
                }
                None => (1, event.clone()),
            },
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                let (code, taken) = text_until(rest, TagEnd::CodeBlock);
                (taken, raw(figure(kind, &code)?))
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let (name, taken) = text_until(rest, TagEnd::Heading(*level));
                let heading = if *level == HeadingLevel::H1 {
                    title.clone_from(&name);
                    format!("<h1>{}</h1>\n", escaped(&name)?)
                } else {
                    ensure!(*level == HeadingLevel::H2, "the guide has sections, and nothing below them");
                    let id = slug(&name);
                    let heading = format!("<h2 id=\"{id}\">{}</h2>\n", escaped(&name)?);
                    sections.push((id, name));
                    heading
                };
                (taken, raw(heading))
            }
            Event::Start(Tag::Table(_)) => {
                page.push(raw(
                    "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">".into()
                ));
                (1, event.clone())
            }
            Event::End(TagEnd::Table) => {
                page.push(event.clone());
                (1, raw("</div>\n".into()))
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                ensure!(dest_url.starts_with("https://"), "{dest_url}: on the page this leads nowhere");
                (1, event.clone())
            }
            Event::Html(_) | Event::InlineHtml(_) => bail!("the guide is plain Markdown: {event:?}"),
            other => (1, other.clone()),
        };
        page.push(event);
        at += taken;
    }
    ensure!(!title.is_empty() && !sections.is_empty(), "the guide has a title and sections");
    let mut contents = String::new();
    for (id, name) in &sections {
        writeln!(contents, "<li><a href=\"#{id}\">{}</a></li>", escaped(name)?)?;
    }
    let mut body = String::new();
    html::push_html(&mut body, page.into_iter());
    let title = escaped(&title)?;
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – Fidela</title>\n<link rel=\"stylesheet\" href=\"/assets/{style}\">\n</head>\n<body>\n\
         <nav aria-label=\"Sections\">\n<ol>\n{contents}</ol>\n</nav>\n<main>\n{body}</main>\n</body>\n</html>\n"
    ))
}

fn raw<'a>(html: String) -> Event<'a> {
    Event::Html(html.into())
}

/// The sample's file, what the link says, and how many events that is, where a paragraph is nothing else.
fn linked_sample<'e>(events: &'e [Event<'_>]) -> Result<Option<(&'e str, String, usize)>> {
    let [_, Event::Start(Tag::Link { dest_url, .. }), ..] = events else { return Ok(None) };
    let Some(name) = dest_url.strip_prefix("samples/") else { return Ok(None) };
    let (caption, taken) = text_until(events, TagEnd::Paragraph);
    let alone = matches!(events.get(taken - 2), Some(Event::End(TagEnd::Link)));
    ensure!(alone && !name.contains('/'), "{name}: a sample stands in a paragraph of its own");
    Ok(Some((name, caption, taken)))
}

/// The text from a start to its end, and how many events that is.
fn text_until(events: &[Event<'_>], end: TagEnd) -> (String, usize) {
    let mut text = String::new();
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::End(found) if *found == end => return (text, index + 1),
            _ => {}
        }
    }
    (text, events.len())
}

fn escaped(text: &str) -> Result<String> {
    let mut result = String::new();
    pulldown_cmark_escape::escape_html(&mut result, text)?;
    Ok(result)
}

/// What a block is, in a word above it.
fn figure(kind: &str, code: &str) -> Result<String> {
    let (class, caption) = match kind {
        "sh" => ("command", "Shell"),
        "sh setup" => ("command", "Shell: your own values"),
        "json" => ("answer", "Answer"),
        "http" => ("answer", "Request to you"),
        "html" => ("command", "HTML"),
        other => bail!("the guide has no blocks of {other:?}"),
    };
    let code = escaped(code)?;
    Ok(format!(
        "<figure class=\"{class}\"><figcaption>{caption}</figcaption>{}</figure>\n",
        scrolled(caption, &code)
    ))
}

fn shown_sample(caption: &str, code: &str, open: bool) -> Result<String> {
    let (caption, code) = (escaped(caption)?, escaped(code)?);
    let open = if open { " open" } else { "" };
    Ok(format!("<details{open}><summary>{caption}</summary>{}</details>\n", scrolled(&caption, &code)))
}

/// What may be wider than the page is scrolled by itself, by keyboard too.
fn scrolled(label: &str, code: &str) -> String {
    format!("<pre tabindex=\"0\" role=\"group\" aria-label=\"{label}\"><code>{code}</code></pre>")
}

/// `3. Sign a token` becomes `sign-a-token`: a section keeps its address when another one comes before it.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()));
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{page, read, slug};
    use crate::paths::root;

    fn small(text: &str) -> anyhow::Result<String> {
        page(&format!("# T\n\n## 1. One\n\n{text}\n"), "s.css", |name| Ok(format!("<?php of {name}")))
    }

    /// S0.8
    #[test]
    fn the_guide_is_a_page_with_its_samples() {
        let guide = read(&root().join("www/guide")).unwrap();
        for part in
            ["<h1>Guide to the API</h1>", "id=\"complete-it\"", "href=\"#complete-it\"", "<details open>"]
        {
            assert!(guide.page.contains(part), "{part}");
        }
        let samples = std::fs::read_dir(root().join("www/guide/samples")).unwrap();
        for sample in samples.map(|sample| sample.unwrap().file_name().into_string().unwrap()) {
            assert!(guide.page.contains(&format!(": {sample}</summary>")), "{sample} is not shown");
        }
        // Nothing runs in it, and nothing is loaded from elsewhere.
        for word in ["<script async", "style=", " src=\"http", "onclick"] {
            assert!(!guide.page.contains(word), "{word}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_no_page() {
        assert!(small("[a](https://example.com/)").is_ok());
        for text in [
            "[a](other.md)",
            "see [a](samples/a.js)",
            "[a](samples/a.js) too",
            "<b>x</b>",
            "### deeper",
            "```c\n```",
        ] {
            assert!(small(text).is_err(), "{text}");
        }
    }

    #[test]
    fn code_is_text() {
        let page = small("```sh\na < b && c\n```\n\n[PHP: a.php](samples/a.php)").unwrap();
        assert!(page.contains("a &lt; b &amp;&amp; c") && page.contains("&lt;?php of a.php"), "{page}");
        assert_eq!(slug("11. Know the limits"), "know-the-limits");
    }
}
