//! A store's colours, font and corners. What a merchant writes is read into what it is, and only that is written into a
//! style: hex colours, quoted names of fonts, a number of pixels.

use std::collections::BTreeMap;

use fidela_protocol::merchant::FieldFault;
use fidela_protocol::pictures::{Contrast, PictureUse, Theme, ThemeState};

use crate::colour::{Colour, READABLE};
use crate::config::StoreConfig;
use crate::limits;

/// Families that every browser has one of; they stand without quotes.
const GENERIC: [&str; 9] = [
    "serif",
    "sans-serif",
    "monospace",
    "cursive",
    "fantasy",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-rounded",
];

/// The widget's own colours, where the store has none.
const LIGHT: Base = Base { accent: [0x0f, 0x6b, 0x63], surface: [0xff; 3], text: [0x1b, 0x1f, 0x1e] };
const DARK: Base = Base { accent: [0x6f, 0xd3, 0xc4], surface: [0x1b, 0x20, 0x1f], text: [0xee, 0xf2, 0xf0] };

struct Base {
    accent: [u8; 3],
    surface: [u8; 3],
    text: [u8; 3],
}

/// What is chosen, read.
struct Chosen {
    accent: Option<Colour>,
    on_accent: Option<Colour>,
    /// Surface and text.
    ground: Option<(Colour, Colour)>,
}

fn colour(told: Option<&String>) -> Option<Colour> {
    told.and_then(|told| Colour::read(told))
}

fn chosen(theme: &Theme) -> Chosen {
    Chosen {
        accent: colour(theme.accent.as_ref()),
        on_accent: colour(theme.on_accent.as_ref()),
        ground: colour(theme.surface.as_ref()).zip(colour(theme.text.as_ref())),
    }
}

/// Colours of one kind of light.
struct Palette {
    accent: Colour,
    on_accent: Colour,
    surface: Colour,
    text: Colour,
}

impl Palette {
    /// A breath of the accent, behind what stands out.
    fn wash(&self) -> Colour {
        self.surface.with(self.accent, 9)
    }

    /// The accent as words: yellow on white could not be read.
    fn ink(&self) -> Colour {
        self.accent.readable_on(&[self.surface, self.wash()], self.text)
    }
}

impl Chosen {
    fn palette(&self, base: &Base) -> Palette {
        let accent = self.accent.unwrap_or(Colour::of(base.accent));
        let (surface, text) = self.ground.unwrap_or((Colour::of(base.surface), Colour::of(base.text)));
        Palette { accent, on_accent: self.on_accent.unwrap_or_else(|| accent.words()), surface, text }
    }
}

/// Font families as CSS has them; nothing where one of them is not a name of letters, digits, blanks and hyphens.
fn font(told: &str) -> Option<String> {
    if told.len() > limits::FONT_CHARS {
        return None;
    }
    let families = told.split(',').map(|family| {
        let family = family.trim();
        let quoted = |quote| family.strip_prefix(quote).and_then(|family: &str| family.strip_suffix(quote));
        let name = quoted('"').or_else(|| quoted('\'')).unwrap_or(family).trim();
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
        if name.is_empty() || !plain || !name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-') {
            None
        } else if name == family && GENERIC.contains(&name) {
            Some(name.to_owned())
        } else {
            Some(format!("\"{name}\""))
        }
    });
    families.collect::<Option<Vec<_>>>().map(|families| families.join(","))
}

/// Everything that is wrong, place by place.
pub(crate) fn faults(theme: &Theme) -> Vec<FieldFault> {
    let fault = |path: &str, code: &str| FieldFault {
        path: path.to_owned(),
        code: code.to_owned(),
        min: None,
        max: None,
    };
    let mut faults = Vec::new();
    let Theme { accent, on_accent, surface, text, font: family, radius, logo } = theme;
    for (path, told) in [("accent", accent), ("on_accent", on_accent), ("surface", surface), ("text", text)] {
        if told.is_some() && colour(told.as_ref()).is_none() {
            faults.push(fault(path, "colour_expected"));
        }
    }
    // One of them with what we have for the other could not be read.
    match (surface, text) {
        (Some(_), None) => faults.push(fault("text", "required")),
        (None, Some(_)) => faults.push(fault("surface", "required")),
        _ => {}
    }
    if family.as_deref().is_some_and(|family| font(family).is_none()) {
        faults.push(fault("font", "font_expected"));
    }
    if radius.is_some_and(|radius| !(0..=limits::RADIUS_PX).contains(&radius)) {
        faults.push(FieldFault {
            min: Some(0),
            max: Some(limits::RADIUS_PX),
            ..fault("radius", "out_of_range")
        });
    }
    if logo.as_deref().is_some_and(|name| !crate::routes::icons::is_name(name)) {
        faults.push(fault("logo", "name_expected"));
    }
    faults
}

/// What the API tells of it.
pub(crate) fn state(store: &StoreConfig, theme: Theme) -> ThemeState {
    let palette = chosen(&theme).palette(&LIGHT);
    let contrast = Contrast {
        on_accent: palette.on_accent.contrast(palette.accent),
        text: palette.text.contrast(palette.surface),
    };
    let logo = theme.logo.as_ref().map(|name| store.pictures.get(name));
    let logo = logo.map(|shown| shown.filter(|shown| shown.used_for == PictureUse::Logo));
    let warnings = [
        ("on_accent", "low_contrast", contrast.on_accent < READABLE),
        ("text", "low_contrast", contrast.text < READABLE),
        ("logo", "unknown_picture", logo == Some(None)),
    ];
    let warnings = warnings.into_iter().filter(|(.., is_so)| *is_so).map(|(path, code, _)| FieldFault {
        path: path.to_owned(),
        code: code.to_owned(),
        min: (code == "low_contrast").then_some(READABLE.into()),
        max: None,
    });
    let logo_url = logo.flatten().map(|shown| shown.url.clone());
    ThemeState { logo_url, contrast, warnings: warnings.collect(), theme }
}

/// CSS custom properties of the widget (`--fidela-…`), and colours of letters.
pub(crate) fn published(theme: &Theme) -> BTreeMap<String, String> {
    let chosen = chosen(theme);
    let Chosen { accent, on_accent, ground } = chosen;
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| all.extend(value.map(|value| (name.to_owned(), value)));
    let is_chosen = accent.is_some() || ground.is_some();
    put("ink", is_chosen.then(|| chosen.palette(&LIGHT).ink().hex()));
    put("ink-dark", (accent.is_some() && ground.is_none()).then(|| chosen.palette(&DARK).ink().hex()));
    put("accent", accent.map(Colour::hex));
    put("on-accent", on_accent.or(accent.map(Colour::words)).map(Colour::hex));
    put("surface", ground.map(|(surface, _)| surface.hex()));
    put("text", ground.map(|(_, text)| text.hex()));
    put("font", theme.font.as_deref().and_then(font));
    put("radius", theme.radius.map(|radius| format!("{radius}px")));
    all
}

/// The same for pages of ours: every colour that they use, for the light and, where the store has not chosen what
/// everything stands on, for the dark.
pub(crate) fn style(theme: &Theme) -> String {
    let chosen = chosen(theme);
    let font = theme.font.as_deref().and_then(font);
    let font =
        font.map_or_else(|| "system-ui,sans-serif".to_owned(), |font| format!("{font},system-ui,sans-serif"));
    let radius = theme.radius.unwrap_or(20);
    let light = colours(&chosen.palette(&LIGHT));
    let (scheme, dark) = match chosen.ground {
        Some((surface, text)) if is_dark(surface, text) => ("dark", String::new()),
        Some(_) => ("light", String::new()),
        None => {
            let dark = colours(&chosen.palette(&DARK));
            ("light dark", format!("@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"))
        }
    };
    format!(":root{{color-scheme:{scheme};--font:{font};--radius:{radius}px;{light}}}{dark}")
}

const BLACK: Colour = Colour::of([0; 3]);

/// Whether light words stand on something dark.
fn is_dark(surface: Colour, text: Colour) -> bool {
    surface.contrast(BLACK) < text.contrast(BLACK)
}

/// What cards stand on: a little darker than they are.
fn ground(surface: Colour, text: Colour) -> Colour {
    if is_dark(surface, text) { surface.with(BLACK, 40) } else { surface.with(text, 6) }
}

fn colours(palette: &Palette) -> String {
    let Palette { accent, on_accent, surface, text } = *palette;
    let all = [
        ("accent", accent),
        ("on", on_accent),
        // The accent as words.
        ("ink", palette.ink()),
        ("text", text),
        ("soft", surface.with(text, 72)),
        ("surface", surface),
        ("wash", palette.wash()),
        ("ground", ground(surface, text)),
        ("line", surface.with(text, 14)),
    ];
    all.map(|(name, colour)| format!("--{name}:{}", colour.hex())).join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_are_names_and_nothing_else() {
        assert_eq!(font("Inter").as_deref(), Some("\"Inter\""));
        let several = font("Inter, 'Segoe UI',\"Source Sans 3\" , sans-serif");
        assert_eq!(several.as_deref(), Some("\"Inter\",\"Segoe UI\",\"Source Sans 3\",sans-serif"));
        for wrong in [
            "", ",", "a,", "a;b", "a}b", "url(x)", "\"a", "a'b", "a\\b", "é", "a/*", "\"a\"b\"", "x\ny",
            "--x:1", "@import",
        ] {
            assert_eq!(font(wrong), None, "{wrong}");
        }
        assert_eq!(font(&"a".repeat(300)), None);
    }

    #[test]
    fn a_store_without_a_theme_has_none_to_publish() {
        assert!(published(&Theme::default()).is_empty());
        let style = style(&Theme::default());
        assert!(style.contains("--accent:#0f6b63;--on:#ffffff;--ink:#0f6b63"), "{style}");
        assert!(style.contains("prefers-color-scheme:dark"), "{style}");
    }

    #[test]
    fn words_on_a_chosen_accent_are_chosen_too() {
        let theme = Theme { accent: Some("#ffd34d".to_owned()), ..Theme::default() };
        assert_eq!(published(&theme).get("on-accent").map(String::as_str), Some("#101413"));
        let style = style(&theme);
        // Yellow words on white would not be read.
        assert!(!style.contains("--ink:#ffd34d;--text:#1b1f1e"), "{style}");
        assert!(style.contains("--ink:#ffd34d;--text:#eef2f0"), "{style}");
    }
}
