//! Short ways to the catalogue.

use crate::app::app;

/// A text as it stands.
pub(crate) fn text(key: &'static str) -> &'static str {
    app().texts.get(key)
}
