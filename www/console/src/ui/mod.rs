//! The pieces that pages are made of. Each knows nothing of the API; what they look like is in `style/`.
//!
//! The page's policy forbids `style="…"`: use classes, or Leptos' `style:name=value`, which goes another way.

#![allow(unused_imports, dead_code, reason = "the kit is whole, whichever pieces of it a page takes")]

mod button;
mod chart;
mod dialog;
mod fields;
mod frame;
mod icons;
mod load;
mod page;
mod toast;

pub use button::{Button, CopyButton, Kind};
pub use chart::{Bar, BarList, Chart, Series, Shape};
pub use dialog::{Confirm, Dialog};
pub use fields::{
    Choice, Frame, MoneyField, NumberField, PercentField, Problems, Select, TextArea, TextField, Toggle,
    next_id,
};
pub(crate) use fields::{NoNumber, read_number, written};
pub use frame::Document;
pub use icons::{Icon, icon};
pub use load::{Load, Loaded, load};
pub use page::{Badge, Card, Empty, ErrorBox, Loading, Note, Page, Tabs, Tone};
pub use toast::{Toasts, failed, toast};
