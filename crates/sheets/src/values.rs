//! Values as people write them, and as spreadsheets keep them.

pub(crate) mod date;
pub(crate) mod money;
pub(crate) mod number;
pub(crate) mod plain;
pub(crate) mod text;
