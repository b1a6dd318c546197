//! Pictures that merchants upload: what they are, how large, and made harmless.
//!
//! What the bytes are decides, not what anybody calls them. PNG, JPEG and WebP are looked at as far as needed to know
//! that they are whole, and how large; what tells where and with what they were made is left out. An SVG is a document,
//! and documents do things: it is read by an XML parser, and what is written anew is on a list of what a picture is made
//! of ([`svg`]).
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
mod jpeg;
mod png;
pub mod svg;
mod webp;

use std::fmt;

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// SVG.
    Svg,
}

impl Kind {
    /// All that are known.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::WebP, Self::Svg];

    /// As `Content-Type` says it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    /// As people say it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Svg => "SVG",
        }
    }

    /// At the end of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Svg => "svg",
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
        if bytes.starts_with(jpeg::BEGINS) {
            return Some(Self::Jpeg);
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
    /// What it may be.
    pub kinds: &'static [Kind],
    /// Bytes, at most.
    pub bytes: usize,
    /// Width and height at least, pixels. An SVG has none.
    pub min: (u32, u32),
    /// Longest side, pixels. An SVG has none.
    pub max_side: u32,
    /// Width to height, at least.
    pub tallest: (u32, u32),
    /// Width to height, at most.
    pub widest: (u32, u32),
}

/// An icon: 64 kB, shown at 96 pixels at most; 1,024 a side is what drawing programs export; nearly square. Here because the
/// console tells it before anything is sent.
pub const ICON: Limits = Limits {
    kinds: &[Kind::Png, Kind::WebP, Kind::Svg],
    bytes: 64 << 10,
    min: (32, 32),
    max_side: 1_024,
    tallest: (3, 4),
    widest: (4, 3),
};

/// A picture that can be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is.
    pub kind: Kind,
    /// Pixels, or an SVG's own units.
    pub width: u32,
    /// Pixels, or an SVG's own units.
    pub height: u32,
    /// To be served: what was written anew.
    pub bytes: Vec<u8>,
    /// What was taken out of it, each once.
    pub removed: Vec<String>,
}

/// Bytes that were written anew, without what has no place in a picture.
#[derive(Default)]
struct Cleaned {
    bytes: Vec<u8>,
    removed: Vec<String>,
    /// Width and height, where they are known by now.
    size: Option<(u32, u32)>,
}

impl Cleaned {
    fn remove(&mut self, what: &str) {
        if !self.removed.iter().any(|known| known == what) {
            self.removed.push(what.to_owned());
        }
    }
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
    /// None of what it may be.
    UnknownType {
        /// What it may be.
        allowed: &'static [Kind],
    },
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
        /// Width and height at least.
        min: (u32, u32),
        /// Longest side.
        max: u32,
    },
    /// Too tall or too wide.
    Ratio {
        /// Pixels, or an SVG's own units.
        width: u32,
        /// Pixels, or an SVG's own units.
        height: u32,
        /// Width to height, at least.
        tallest: (u32, u32),
        /// Width to height, at most.
        widest: (u32, u32),
    },
    /// Nothing is drawn, or nothing that may be.
    Empty,
}

impl Fault {
    /// A stable word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::UnknownType { .. } => "unknown_type",
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
            Self::UnknownType { allowed } => {
                let words: Vec<&str> = allowed.iter().map(|kind| kind.word()).collect();
                write!(f, "it is none of these: {}", words.join(", "))
            }
            Self::WrongType { actual } => {
                write!(f, "its bytes are {}, and the Content-Type says something else", actual.media_type())
            }
            Self::Broken(how) => write!(f, "it cannot be read: {how}"),
            Self::Size { width, height, min, max } => {
                let (wide, high) = min;
                write!(
                    f,
                    "it is {width} × {height} pixels; at least {wide} × {high} are needed, and at most {max} a side"
                )
            }
            Self::Ratio { width, height, tallest, widest } => {
                let ratio = |(width, height): &(u32, u32)| format!("{width}:{height}");
                let (from, to) = (ratio(tallest), ratio(widest));
                write!(f, "it is {width} × {height}; its width to its height may be {from} to {to}")
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
    let allowed = limits.kinds;
    let unknown = || Fault::UnknownType { allowed };
    let kind = Kind::of_bytes(bytes).filter(|kind| allowed.contains(kind)).ok_or_else(unknown)?;
    if told != Some(kind) {
        return Err(Fault::WrongType { actual: kind });
    }
    let picture = match kind {
        Kind::Png => raster(kind, bytes, png::clean)?,
        Kind::Jpeg => raster(kind, bytes, jpeg::clean)?,
        Kind::WebP => raster(kind, bytes, webp::clean)?,
        Kind::Svg => {
            let text = std::str::from_utf8(bytes).map_err(|_| unknown())?;
            let svg::Clean { text, width, height, removed } = svg::clean(text)?;
            if text.len() > limits.bytes {
                // What was written with short forms may be longer when it is written out.
                return Err(Fault::TooLarge { limit: limits.bytes, actual: text.len() });
            }
            Picture { kind, width, height, bytes: text.into_bytes(), removed }
        }
    };
    let Picture { width, height, .. } = picture;
    let (min, max) = (limits.min, limits.max_side);
    if kind != Kind::Svg && !((min.0..=max).contains(&width) && (min.1..=max).contains(&height)) {
        return Err(Fault::Size { width, height, min, max });
    }
    let Limits { tallest, widest, .. } = *limits;
    // `width : height` against `a : b`, without dividing.
    let across = |(a, b): (u32, u32)| {
        (u64::from(width).saturating_mul(b.into()), u64::from(height).saturating_mul(a.into()))
    };
    let (tall, wide) = (across(tallest), across(widest));
    if tall.0 < tall.1 || wide.0 > wide.1 {
        return Err(Fault::Ratio { width, height, tallest, widest });
    }
    Ok(picture)
}

fn raster(
    kind: Kind,
    bytes: &[u8],
    clean: fn(&[u8]) -> Result<Cleaned, &'static str>,
) -> Result<Picture, Fault> {
    let broken = |how: &str| Fault::Broken(how.to_owned());
    let Cleaned { bytes, removed, size } = clean(bytes).map_err(broken)?;
    let measured = || -> Result<(u32, u32), Fault> {
        let size = imagesize::blob_size(&bytes).map_err(|error| Fault::Broken(error.to_string()))?;
        let side = |side: usize| u32::try_from(side).map_err(|_| broken("a side that cannot be counted"));
        Ok((side(size.width)?, side(size.height)?))
    };
    let (width, height) = size.map_or_else(measured, Ok)?;
    Ok(Picture { kind, width, height, bytes, removed })
}
