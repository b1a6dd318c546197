//! SVG made harmless. It is read by an XML parser without DTD, and written anew of elements, attributes and values that
//! are on a list: nothing of the source is copied as it was. So there is no script, no handler, no animation, no
//! embedded document, no reference to anything but a part of the same picture, and nothing that a browser could read
//! in another way than we did.
//!
//! A filter of the field was looked at and not taken: it keeps links to other hosts as links to ours, and animations.

use std::collections::BTreeSet;

use roxmltree::{Document, Node, NodeType, ParsingOptions};

use crate::{Fault, Kind, css};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
/// Elements, texts and comments: the most elaborate icon has some hundred.
const NODES: u32 = 4_000;
/// Elements within each other: browsers take far more, pictures have some ten.
const DEPTH: usize = 64;
/// Places of `removed`, each with so many characters.
const TOLD: (usize, usize) = (50, 64);

/// Elements that draw.
const DRAWS: &[&str] = &["circle", "ellipse", "line", "path", "polygon", "polyline", "rect", "text", "use"];

/// Elements that hold or describe what is drawn.
const HOLDS: &[&str] = &[
    "clipPath",
    "defs",
    "desc",
    "feBlend",
    "feColorMatrix",
    "feComposite",
    "feDropShadow",
    "feFlood",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "filter",
    "g",
    "linearGradient",
    "marker",
    "mask",
    "pattern",
    "radialGradient",
    "stop",
    "style",
    "svg",
    "symbol",
    "title",
    "tspan",
];

/// Elements whose text is shown or read out.
const TEXTS: &[&str] = &["desc", "text", "title", "tspan"];

/// Elements that may point at a part of the same picture.
const POINTS: &[&str] = &["linearGradient", "pattern", "radialGradient", "use"];

/// How things look: attributes, and properties of a style.
const LOOKS: &[&str] = &[
    "clip-path",
    "clip-rule",
    "color",
    "color-interpolation",
    "color-interpolation-filters",
    "display",
    "dominant-baseline",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "flood-color",
    "flood-opacity",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "isolation",
    "letter-spacing",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "mask-type",
    "mix-blend-mode",
    "opacity",
    "overflow",
    "paint-order",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "transform",
    "transform-origin",
    "vector-effect",
    "visibility",
];

/// Where things are, and how large.
const SHAPES: &[&str] = &[
    "clipPathUnits",
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "filterUnits",
    "fr",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "in",
    "in2",
    "k1",
    "k2",
    "k3",
    "k4",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "mode",
    "offset",
    "operator",
    "orient",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "points",
    "preserveAspectRatio",
    "primitiveUnits",
    "r",
    "radius",
    "refX",
    "refY",
    "result",
    "role",
    "rotate",
    "rx",
    "ry",
    "spreadMethod",
    "stdDeviation",
    "textLength",
    "type",
    "values",
    "version",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// A picture that is nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    /// The document.
    pub text: String,
    /// Of its `viewBox`, rounded, at least 1.
    pub width: u32,
    /// Of its `viewBox`, rounded, at least 1.
    pub height: u32,
    /// What was left out, each once: elements, attributes, `style:{property}`.
    pub removed: Vec<String>,
}

/// Reads a document and writes what is left of it.
pub fn clean(text: &str) -> Result<Clean, Fault> {
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(without_prolog(text), options)
        .map_err(|error| Fault::Broken(error.to_string()))?;
    let root = document.root_element();
    if !is(&root, "svg") {
        return Err(Fault::UnknownType { allowed: &[Kind::Svg] });
    }
    let (width, height, own_box) = size(&root)?;
    let mut writer = Writer { out: String::new(), removed: BTreeSet::new(), draws: false };
    writer.element(&document, &root, own_box.as_deref(), 0)?;
    if !writer.draws {
        return Err(Fault::Empty);
    }
    let removed = writer.removed.into_iter().take(TOLD.0).collect();
    Ok(Clean { text: writer.out, width, height, removed })
}

/// The document from its first element on. Drawing programs name the DTD of SVG; one with declarations of its own is
/// left where it is, and the parser refuses it.
fn without_prolog(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!DOCTYPE") {
            ">"
        } else {
            return rest;
        };
        match rest.split_once(end) {
            Some((prolog, behind)) if end != ">" || !prolog.contains('[') => rest = behind.trim_start(),
            _ => return rest,
        }
    }
}

fn is(node: &Node, name: &str) -> bool {
    node.is_element() && node.tag_name().namespace() == Some(SVG) && node.tag_name().name() == name
}

struct Writer {
    out: String,
    removed: BTreeSet<String>,
    draws: bool,
}

impl Writer {
    fn remove(&mut self, what: &str) {
        self.removed.insert(what.chars().take(TOLD.1).collect());
    }

    fn element(
        &mut self,
        document: &Document,
        node: &Node,
        own_box: Option<&str>,
        depth: usize,
    ) -> Result<(), Fault> {
        if depth > DEPTH {
            return Err(Fault::Broken(format!("more than {DEPTH} elements within each other")));
        }
        // What drawing programs keep for themselves is in namespaces of their own: nobody misses it.
        if node.tag_name().namespace() != Some(SVG) {
            return Ok(());
        }
        let name = node.tag_name().name();
        let draws = DRAWS.contains(&name);
        if !(draws || HOLDS.contains(&name)) || (name == "use" && !may_be_used(document, node)) {
            self.remove(name);
            return Ok(());
        }
        if name == "style" {
            let sheet: String = node.children().filter_map(|child| child.text()).collect();
            let sheet = css::sheet(&sheet, is_look, &mut |what| self.remove(&what));
            if !sheet.is_empty() {
                self.out.push_str("<style>");
                self.text(&sheet);
                self.out.push_str("</style>");
            }
            return Ok(());
        }
        self.draws |= draws;
        self.out.push('<');
        self.out.push_str(name);
        if depth == 0 {
            self.attribute("xmlns", SVG);
        }
        if let Some(own_box) = own_box {
            self.attribute("viewBox", own_box);
        }
        self.attributes(node, name);
        self.out.push('>');
        for child in node.children() {
            match child.node_type() {
                NodeType::Element => self.element(document, &child, None, depth.saturating_add(1))?,
                NodeType::Text if TEXTS.contains(&name) => self.text(child.text().unwrap_or_default()),
                _ => {}
            }
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    fn attributes(&mut self, node: &Node, element: &str) {
        let mut points = false;
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value().trim());
            match attribute.namespace() {
                None => {}
                Some(XLINK) if name == "href" => {}
                // Of a drawing program.
                Some(_) => continue,
            }
            let keeps = match name {
                "href" => {
                    let keeps = POINTS.contains(&element) && css::own_part(value).is_some() && !points;
                    points |= keeps;
                    keeps
                }
                "id" | "class" => css::is_id(value),
                "style" => {
                    let style = css::declarations(value, is_look, &mut |what| self.remove(&what));
                    if !style.is_empty() {
                        self.attribute("style", &style);
                    }
                    continue;
                }
                "aria-label" | "aria-hidden" => true,
                _ => (is_look(name) || SHAPES.contains(&name)) && css::is_plain(value),
            };
            if keeps {
                self.attribute(name, value);
            } else {
                self.remove(name);
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.text(value);
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                _ => self.out.push(letter),
            }
        }
    }
}

fn is_look(name: &str) -> bool {
    LOOKS.contains(&name)
}

/// Whether a `use` shows something that uses nothing itself: a few that use each other are a picture of millions.
fn may_be_used(document: &Document, node: &Node) -> bool {
    let href = node.attributes().find(|one| one.name() == "href").map(|one| one.value().trim());
    let Some(id) = href.and_then(css::own_part) else { return false };
    let targets = document.descendants().filter(|one| one.attribute("id") == Some(id));
    targets.into_iter().all(|target| !target.descendants().any(|one| is(&one, "use")))
}

/// Width and height, and a `viewBox` where the picture has none of its own.
fn size(root: &Node) -> Result<(u32, u32, Option<String>), Fault> {
    let broken = |how: &str| Fault::Broken(how.to_owned());
    let (thousandths, own_box) = if let Some(told) = root.attribute("viewBox") {
        let numbers: Option<Vec<i64>> =
            told.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty()).map(number).collect();
        let numbers = numbers.ok_or_else(|| broken("its viewBox is not four numbers"))?;
        let [_, _, width, height] = *numbers.as_slice() else {
            return Err(broken("its viewBox is not four numbers"));
        };
        ((width, height), None)
    } else {
        let side = |name| root.attribute(name).map(|told| told.trim().trim_end_matches("px"));
        let (Some(width), Some(height)) = (side("width"), side("height")) else {
            return Err(broken("it has no viewBox"));
        };
        let (Some(w), Some(h)) = (number(width), number(height)) else {
            return Err(broken("it has no viewBox"));
        };
        ((w, h), Some(format!("0 0 {width} {height}")))
    };
    let side = |thousandths: i64| {
        let rounded = thousandths.checked_add(500)?.checked_div(1_000)?.max(1);
        if thousandths > 0 { u32::try_from(rounded).ok().filter(|side| *side <= 100_000) } else { None }
    };
    match (side(thousandths.0), side(thousandths.1)) {
        (Some(width), Some(height)) => Ok((width, height, own_box)),
        _ => Err(broken("its width and height are not between 0 and 100,000")),
    }
}

/// A decimal number, in thousandths.
fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !only_digits(whole) || !only_digits(part) {
        return None;
    }
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let thousandths = whole.checked_mul(1_000)?.checked_add(part.parse().ok()?)?;
    Some(if negative { thousandths.checked_neg()? } else { thousandths })
}
