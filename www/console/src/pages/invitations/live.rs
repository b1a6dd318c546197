//! Previews that follow what is typed: asked for once it rests, and what was good last stays until there is something better.

use std::time::Duration;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{self, Failure};
use crate::ui::{ErrorBox, Loading};

/// Who types faster than this is not done.
const RESTS: Duration = Duration::from_millis(350);

/// What the edge says of a draft.
pub struct Live<T: Send + Sync + 'static> {
    /// The last good answer.
    pub shown: RwSignal<Option<T>>,
    /// Why there is none to what stands there now.
    pub failure: RwSignal<Option<Failure>>,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

/// Asks `path` with what `body` says, now and whenever that changes.
pub fn live<T>(path: &'static str, body: impl Fn() -> Value + Send + Sync + 'static) -> Live<T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let live = Live { shown: RwSignal::new(None), failure: RwSignal::new(None) };
    let times = StoredValue::new(0_u32);
    let body = Memo::new(move |_| body());
    Effect::new(move |first: Option<()>| {
        let body = body.get();
        let time = times.with_value(|times| times.wrapping_add(1));
        times.set_value(time);
        let ask = move || {
            if times.try_get_value() != Some(time) {
                return;
            }
            leptos::task::spawn_local(async move {
                let answer = api::ask::<T>(path, &body).await;
                if times.try_get_value() != Some(time) {
                    return;
                }
                match answer {
                    Ok(shown) => {
                        live.failure.set(None);
                        live.shown.set(Some(shown));
                    }
                    Err(failure) => live.failure.set(Some(failure)),
                }
            });
        };
        match first {
            None => ask(),
            Some(()) => set_timeout(ask, RESTS),
        }
    });
    live
}

impl<T: Clone + Send + Sync + 'static> Live<T> {
    /// What is wrong now, or that nothing has come yet.
    pub fn state(self) -> AnyView {
        let state = move || match (self.failure.get(), self.shown.with(Option::is_none)) {
            (Some(failure), _) => Some(view! { <ErrorBox sentence=failure.sentence() /> }.into_any()),
            (None, true) => Some(view! { <Loading /> }.into_any()),
            (None, false) => None,
        };
        state.into_any()
    }
}
