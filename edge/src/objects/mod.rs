//! The durable objects: thin shells that load, decide elsewhere, and write once.

mod shard;
mod store;
