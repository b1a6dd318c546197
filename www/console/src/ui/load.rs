//! What is asked of the API for a page: on its way, there, or not to be had.

use std::future::Future;

use leptos::prelude::*;

use super::page::{ErrorBox, Loading};
use crate::api::{Answer, Failure};

/// How far something is.
#[derive(Debug, Clone, PartialEq)]
pub enum Loaded<T> {
    /// On its way.
    Waiting,
    /// There.
    Ready(T),
    /// Not to be had, and why.
    Failed(Failure),
}

/// Something that is asked for, and can be asked for again.
pub struct Load<T: Send + Sync + 'static> {
    /// How far it is.
    pub state: RwSignal<Loaded<T>>,
    ask: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Clone + Send + Sync + 'static> Load<T> {
    /// Asks again; what is shown stays until the answer is there.
    pub fn again(self) {
        self.ask.run(());
    }

    /// What is there, if it is.
    pub fn get(self) -> Option<T> {
        match self.state.get() {
            Loaded::Ready(value) => Some(value),
            _ => None,
        }
    }

    /// Puts something newer in its place.
    pub fn set(self, value: T) {
        self.state.set(Loaded::Ready(value));
    }

    /// Shows it once it is there; until then that it is on its way, or why it is not to be had.
    pub fn view<V: IntoView + 'static>(self, show: impl Fn(T) -> V + Send + Sync + 'static) -> AnyView {
        let view = move || match self.state.get() {
            Loaded::Waiting => view! { <Loading /> }.into_any(),
            Loaded::Failed(failure) => view! {
                <ErrorBox sentence=failure.sentence() retry=Callback::new(move |()| self.again()) />
            }
            .into_any(),
            Loaded::Ready(value) => show(value).into_any(),
        };
        view.into_any()
    }
}

/// Asks now, and whenever a signal that `ask` reads changes. An answer that was overtaken by a later one is dropped.
pub fn load<T, F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Load<T>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    let state = RwSignal::new(Loaded::Waiting);
    let times = StoredValue::new(0_u32);
    let again = RwSignal::new(0_u32);
    Effect::new(move |_| {
        again.track();
        let this = times.with_value(|times| times.wrapping_add(1));
        times.set_value(this);
        let asked = ask();
        leptos::task::spawn_local(async move {
            let answer = asked.await;
            if times.try_get_value() != Some(this) {
                return;
            }
            state.set(match answer {
                Ok(value) => Loaded::Ready(value),
                Err(failure) => Loaded::Failed(failure),
            });
        });
    });
    Load { state, ask: Callback::new(move |()| again.update(|again| *again = again.wrapping_add(1))) }
}
