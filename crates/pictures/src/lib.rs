//! Pictures that merchants upload: what they are, how large, and made harmless.
//!
//! What the bytes are decides, not what anybody calls them. PNG and WebP are looked at as far as needed to know that
//! they are whole, and how large. An SVG is a document, and documents do things: it is read by an XML parser, and what
//! is written anew is on a list of what a picture is made of ([`svg`]).
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod css;
mod png;
pub mod svg;
mod webp;

use std::fmt;

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// SVG.
    Svg,
}

impl Kind {
    /// All that are taken.
    pub const ALL: [Self; 3] = [Self::Png, Self::WebP, Self::Svg];

    /// As `Content-Type` says it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    /// What a `Content-Type` calls it; parameters such as `charset` do not matter.
    pub fn of_media_type(told: &str) -> Option<Self> {
        let told = told.split(';').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|kind| kind.media_type().eq_ignore_ascii_case(told))
    }

    /// What bytes are, by how they begin.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(png::SIGNATURE) {
            return Some(Self::Png);
        }
        if webp::begins(bytes) {
            return Some(Self::WebP);
        }
        let text = std::str::from_utf8(bytes).ok()?;
        text.trim_start_matches('\u{feff}').trim_start().starts_with('<').then_some(Self::Svg)
    }
}

/// What is asked of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, at most.
    pub bytes: usize,
    /// Shortest side, pixels. An SVG has none.
    pub min_side: u32,
    /// Longest side, pixels. An SVG has none.
    pub max_side: u32,
    /// The longer side to the shorter one, at most.
    pub ratio: (u32, u32),
}

/// A picture that can be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is.
    pub kind: Kind,
    /// Pixels, or an SVG's own units.
    pub width: u32,
    /// Pixels, or an SVG's own units.
    pub height: u32,
    /// To be served: of an SVG, what was written anew.
    pub bytes: Vec<u8>,
    /// What was taken out of an SVG, each once.
    pub removed: Vec<String>,
}

/// Why something cannot be taken as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// More bytes than allowed.
    TooLarge {
        /// At most so many.
        limit: usize,
        /// That many there are.
        actual: usize,
    },
    /// Not PNG, WebP or SVG.
    UnknownType,
    /// Called one thing and is another.
    WrongType {
        /// What it is.
        actual: Kind,
    },
    /// Cannot be read to its end.
    Broken(String),
    /// Shorter or longer sides than allowed.
    Size {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Shortest side.
        min: u32,
        /// Longest side.
        max: u32,
    },
    /// Too far from a square.
    Ratio {
        /// Pixels, or an SVG's own units.
        width: u32,
        /// Pixels, or an SVG's own units.
        height: u32,
        /// The longer side to the shorter one, at most.
        ratio: (u32, u32),
    },
    /// Nothing is drawn, or nothing that may be.
    Empty,
}

impl Fault {
    /// A stable word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::UnknownType => "unknown_type",
            Self::WrongType { .. } => "wrong_type",
            Self::Broken(_) => "broken",
            Self::Size { .. } => "size",
            Self::Ratio { .. } => "ratio",
            Self::Empty => "empty",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit, actual } => {
                write!(f, "it has {actual} bytes, and at most {limit} are allowed")
            }
            Self::UnknownType => write!(f, "it is neither PNG nor WebP nor SVG"),
            Self::WrongType { actual } => {
                write!(f, "its bytes are {}, and the Content-Type says something else", actual.media_type())
            }
            Self::Broken(how) => write!(f, "it cannot be read: {how}"),
            Self::Size { width, height, min, max } => {
                write!(f, "it is {width} × {height} pixels; each side has {min} to {max}")
            }
            Self::Ratio { width, height, ratio: (long, short) } => {
                write!(f, "it is {width} × {height}; the sides may be {long}:{short} at most")
            }
            Self::Empty => write!(f, "nothing is drawn in it, or nothing that may be"),
        }
    }
}

/// Reads a picture, told as what it was sent with.
pub fn read(bytes: &[u8], told: Option<Kind>, limits: &Limits) -> Result<Picture, Fault> {
    if bytes.len() > limits.bytes {
        return Err(Fault::TooLarge { limit: limits.bytes, actual: bytes.len() });
    }
    let kind = Kind::of_bytes(bytes).ok_or(Fault::UnknownType)?;
    if told != Some(kind) {
        return Err(Fault::WrongType { actual: kind });
    }
    let picture = match kind {
        Kind::Png => raster(kind, bytes, png::check)?,
        Kind::WebP => raster(kind, bytes, webp::check)?,
        Kind::Svg => {
            let text = std::str::from_utf8(bytes).map_err(|_| Fault::UnknownType)?;
            let svg::Clean { text, width, height, removed } = svg::clean(text)?;
            if text.len() > limits.bytes {
                // What was written with short forms may be longer when it is written out.
                return Err(Fault::TooLarge { limit: limits.bytes, actual: text.len() });
            }
            Picture { kind, width, height, bytes: text.into_bytes(), removed }
        }
    };
    let Picture { width, height, .. } = picture;
    let sides = limits.min_side..=limits.max_side;
    if kind != Kind::Svg && !(sides.contains(&width) && sides.contains(&height)) {
        return Err(Fault::Size { width, height, min: limits.min_side, max: limits.max_side });
    }
    let (long, short) = limits.ratio;
    let fits = |a: u32, b: u32| {
        u64::from(a).saturating_mul(u64::from(short)) <= u64::from(b).saturating_mul(u64::from(long))
    };
    if !(fits(width, height) && fits(height, width)) {
        return Err(Fault::Ratio { width, height, ratio: limits.ratio });
    }
    Ok(picture)
}

fn raster(kind: Kind, bytes: &[u8], check: fn(&[u8]) -> Result<(), &'static str>) -> Result<Picture, Fault> {
    let broken = |how: &str| Fault::Broken(how.to_owned());
    check(bytes).map_err(broken)?;
    let size = imagesize::blob_size(bytes).map_err(|error| Fault::Broken(error.to_string()))?;
    let side = |side: usize| u32::try_from(side).map_err(|_| broken("a side that cannot be counted"));
    let (width, height) = (side(size.width)?, side(size.height)?);
    Ok(Picture { kind, width, height, bytes: bytes.to_vec(), removed: Vec::new() })
}
