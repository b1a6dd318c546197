//! Pages, as a browser reads them: by the parser of the HTML standard, which nothing nasty gets around.

use html5ever::driver::ParseOpts;
use html5ever::parse_document;
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// `meta`, `a`, …
    pub name: String,
    /// In the order in which they stand.
    pub attributes: Vec<(String, String)>,
    /// All words within it.
    pub text: String,
}

impl Element {
    /// An attribute, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Everything in it, in the order in which it stands.
    pub elements: Vec<Element>,
}

impl Page {
    /// Reads a page.
    pub fn read(html: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        assert!(html.starts_with("<!DOCTYPE html>"), "no document type: {html}");
        let mut elements = Vec::new();
        walk(&dom.document, &mut elements);
        Self { elements }
    }

    /// All elements of a name.
    pub fn all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// The only element of a name.
    #[track_caller]
    pub fn one(&self, name: &str) -> &Element {
        let all: Vec<_> = self.all(name).collect();
        assert_eq!(all.len(), 1, "{name}: {all:?}");
        all[0]
    }

    /// What a `<meta>` says, by its `name` or `property`.
    pub fn meta(&self, name: &str) -> Option<&str> {
        let mut named =
            self.all("meta").filter(|meta| meta.get("name") == name || meta.get("property") == name);
        let found = named.next().map(|meta| meta.get("content"));
        assert!(named.next().is_none(), "{name} stands there twice");
        found
    }

    /// All words that a person sees or hears of it.
    pub fn text(&self) -> String {
        self.one("body").text.clone()
    }

    /// Its elements with the names of their attributes, and nothing that somebody wrote.
    pub fn shape(&self) -> Vec<String> {
        let names = |element: &Element| {
            let names: Vec<&str> = element.attributes.iter().map(|(name, _)| name.as_str()).collect();
            format!("{} {}", element.name, names.join(" "))
        };
        self.elements.iter().map(names).collect()
    }
}

fn walk(node: &Handle, elements: &mut Vec<Element>) -> String {
    let mut text = String::new();
    let place = match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let attributes = attrs.borrow();
            let attributes =
                attributes.iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
            elements.push(Element { name: name.local.to_string(), attributes, text: String::new() });
            Some(elements.len() - 1)
        }
        NodeData::Text { contents } => {
            text.push_str(&contents.borrow());
            None
        }
        NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => {
            panic!("nobody writes comments into these pages")
        }
        NodeData::Document | NodeData::Doctype { .. } => None,
    };
    for child in node.children.borrow().iter() {
        text.push_str(&walk(child, elements));
    }
    if let Some(place) = place {
        elements[place].text.clone_from(&text);
        // Blocks are words apart.
        text.push('\n');
    }
    text
}
