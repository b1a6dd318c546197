//! Icons, drawn for this: one path each on a field of 20, in the colour of the text beside them.

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Star,
    Tag,
    Close,
    Clock,
    Hourglass,
    Cart,
    Bag,
    Cloud,
    Lock,
    Alert,
    Pause,
    Copy,
    Gift,
    Medal,
    Plus,
    Flag,
    Check,
    Plane,
}

impl Icon {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Star => "M10 2.5l2.3 4.8 5.2.7-3.8 3.6.9 5.2-4.6-2.5-4.6 2.5.9-5.2L2.5 8l5.2-.7z",
            Self::Tag => "M3 4.5A1.5 1.5 0 014.5 3h5.3l7.2 7.2-6.8 6.8L3 9.8zM6.5 6.5v.01",
            Self::Close => "M5 5l10 10M15 5L5 15",
            Self::Clock => "M10 2.8a7.2 7.2 0 100 14.4 7.2 7.2 0 000-14.4zM10 6v4.2l2.8 1.8",
            Self::Hourglass => "M5.5 3h9M5.5 17h9M6.5 3v3.2L10 10l3.5-3.8V3M6.5 17v-3.2L10 10l3.5 3.8V17",
            Self::Cart => "M2.5 3.5h2l2 9h8.3l1.9-6.5H5.2M8 16.2a.8.8 0 100-.01M13.5 16.2a.8.8 0 100-.01",
            Self::Bag => "M4.5 7h11l.8 10H3.7zM7 9V6a3 3 0 016 0v3",
            Self::Cloud => "M6 15.5a3.5 3.5 0 01-.4-7A4.6 4.6 0 0114.4 8a3.8 3.8 0 01-.4 7.5zM3 3l14 14",
            Self::Lock => "M4.5 9h11v8h-11zM7 9V6.5a3 3 0 016 0V9M10 12.3v1.5",
            Self::Alert => "M10 3l7.5 13.5h-15zM10 8v4M10 14.3v.01",
            Self::Pause => "M10 2.8a7.2 7.2 0 100 14.4 7.2 7.2 0 000-14.4zM8.2 7.5v5M11.8 7.5v5",
            Self::Copy => "M7.5 7.5h9v9h-9zM4.5 12.5h-1v-9h9v1",
            Self::Gift => {
                "M3.5 9.5h13v7.5h-13zM2.5 6.5h15v3h-15zM10 6.5V17M10 6.5c-4 0-4.5-4-2-4 1.5 0 2 2 2 4zM10 6.5c4 0 4.5-4 2-4-1.5 0-2 2-2 4z"
            }
            Self::Medal => {
                "M10 7.5a4.8 4.8 0 100 9.6 4.8 4.8 0 000-9.6zM7.3 8.2L4.5 2.5M12.7 8.2l2.8-5.7M8.5 2.5L10 6l1.5-3.5"
            }
            Self::Plus => "M10 4v12M4 10h12",
            Self::Flag => "M4.5 17.5v-15M4.5 3.5h11l-2.5 3.5 2.5 3.5h-11",
            Self::Check => "M4.5 10.5l3.7 3.7 7.3-8.2",
            Self::Plane => "M17 3L2.5 8.7l5.3 3.5 3.5 5.3zM17 3l-9.2 9.2",
        }
    }
}
