//! The pieces that pages are made of. Each knows nothing of the API; what they look like is in `style/`.
//!
//! The page's policy forbids `style="…"`: use classes, or Leptos' `style:name=value`, which goes another way.

mod button;
mod chart;
mod dialog;
mod fields;
mod frame;
mod icons;
mod load;
mod numbers;
mod page;
mod toast;

pub use button::{Button, CopyButton, Kind};
pub use chart::{Bar, BarList, Chart, Series, Shape};
pub use dialog::{Confirm, Dialog};
pub use fields::{Choice, Frame, Problems, Select, TextArea, TextField, Toggle, next_id};
pub use frame::Document;
pub use icons::{Icon, icon};
pub use load::{Load, Loaded, load};
pub use numbers::{MoneyField, NumberField, PercentField};
pub(crate) use numbers::{read_number, written};
pub use page::{Badge, Card, Empty, ErrorBox, Loading, Note, Page, Tabs, Tone};
pub use toast::{Toasts, failed, toast};
