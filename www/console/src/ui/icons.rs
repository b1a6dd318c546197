//! Pictures of the console's own, drawn with one stroke on a grid of 24.

use leptos::prelude::*;

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A house.
    Home,
    /// Two people.
    People,
    /// Sliders.
    Sliders,
    /// A flag.
    Flag,
    /// An arrow that leaves.
    Share,
    /// An arrow into a tray, upwards.
    Upload,
    /// Bars.
    Chart,
    /// A painter's palette.
    Palette,
    /// A gear.
    Gear,
    /// Three lines.
    Menu,
    /// A cross.
    Close,
    /// Two sheets.
    Copy,
    /// A tick.
    Check,
    /// A warning.
    Warning,
    /// A plus.
    Plus,
    /// A bin.
    Bin,
    /// An arrow upwards.
    Up,
    /// An arrow downwards.
    Down,
    /// A magnifying glass.
    Search,
    /// An arrow to the next.
    Next,
    /// An arrow into a tray, downwards.
    Download,
    /// Six dots to drag by.
    Grip,
    /// A pen.
    Pen,
    /// A clock that goes back.
    History,
    /// An i in a circle.
    Info,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Home => "M3 11 12 4l9 7M5.5 9.5V20h13V9.5M10 20v-6h4v6",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2 .8 3.2 2.7 3.5 5.5"
            }
            Self::Sliders => "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
            Self::Flag => "M5 21V4M5 5c4-2.5 8 2.5 14 0v9c-6 2.5-10-2.5-14 0",
            Self::Share => "M12 15V4M8 7.5 12 3.500l4 4M5 12v8h14v-8",
            Self::Upload => "M12 16V5M7.5 9.5 12 5l4.5 4.500M4 15v4.500h16V15",
            Self::Chart => "M4 20h16M7 16v-5M12 16V5M17 16v-8",
            Self::Palette => {
                "M12 3.500a8.5 8.5 0 1 0 0 17c1.5 0 2-1 1.5-2.2-.6-1.5.4-2.8 2-2.800H18c1.7 0 2.5-1.5 2.5-3.5 0-4.7-3.8-8.5-8.5-8.500ZM8 11h.01M12 7.500h.01M16 10h.01"
            }
            Self::Gear => {
                "M12 15.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM12 2.500v3M12 18.500v3M4.2 7.500l2.6 1.500M17.2 15l2.6 1.500M4.2 16.5 6.8 15M17.2 9l2.6-1.5"
            }
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Copy => "M9 9h11v11H9zM5 15H4V4h11v1",
            Self::Check => "M5 12.500l4.5 4.500L19 7.5",
            Self::Warning => "M12 4 2.5 20h19ZM12 10v4.500M12 17.300h.01",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Bin => "M4 7h16M9.5 7V4.500h5V7M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
            Self::Up => "M12 19V5M6 11l6-6 6 6",
            Self::Down => "M12 5v14M6 13l6 6 6-6",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20.5 20.5",
            Self::Next => "M9 5l7 7-7 7",
            Self::Download => "M12 4v11M7.5 10.5 12 15l4.5-4.500M4 15v4.500h16V15",
            Self::Grip => "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
            Self::Pen => "M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3",
            Self::History => "M4 12a8 8 0 1 0 2.5-5.800L4 8.500M4 4v4.500h4.500M12 7.500V12l3 2",
            Self::Info => "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5M12 7.800h.01",
        }
    }
}

/// A picture; what it means is said beside it.
pub fn icon(which: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=which.path() />
        </svg>
    }
    .into_any()
}
