//! Shop platforms: what each tells in its own words, in ours.

pub(crate) mod shopify;
