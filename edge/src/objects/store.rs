//! What is small and seldom changes about one store.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::platform::storage::{Probe, Storage};

/// One store's programs, keys and settings. For now it only counts.
#[durable_object(alarm)]
pub struct Store {
    storage: Storage,
}

impl DurableObject for Store {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: Storage::new(&state) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        Probe::of(&request)?.run(&self.storage).await
    }

    async fn alarm(&self) -> Result<Response> {
        self.storage.sql().exec("UPDATE probe SET alarms = alarms + 1", None)?;
        Response::ok("")
    }
}
