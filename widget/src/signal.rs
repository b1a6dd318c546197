//! Leptos' signals, in the few ways in which this panel uses them.
//!
//! Each way is one function for each kind of value: where every caller uses the methods of Leptos' traits, the panel is
//! 0.6 kB (brotli) larger, and with an `ArcMemo` for what follows 1.3 more.

use std::rc::Rc;

use leptos::prelude::{ArcRwSignal, Read as _, ReadUntracked as _, RenderEffect, Write as _, untrack};

/// A value that is seen to change.
pub(crate) struct Shared<T: 'static>(ArcRwSignal<T>);

impl<T: 'static> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ArcRwSignal::new(value))
    }

    /// Looks at it; an effect that does so runs again when it changes.
    pub(crate) fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.0.read())
    }

    /// Looks at it as it is now.
    pub(crate) fn peek<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.0.read_untracked())
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.write());
    }

    pub(crate) fn set(&self, value: T) {
        *self.0.write() = value;
    }
}

impl<T: Clone> Shared<T> {
    pub(crate) fn get(&self) -> T {
        self.with(T::clone)
    }

    pub(crate) fn now(&self) -> T {
        self.peek(T::clone)
    }
}

impl<T: PartialEq> Shared<T> {
    /// Nobody reacts where nothing is new.
    pub(crate) fn settle(&self, value: T) {
        if self.peek(|old| *old != value) {
            self.set(value);
        }
    }
}

/// Looks at values as they are now, and follows none of them.
pub(crate) fn untracked<T>(look: impl FnOnce() -> T) -> T {
    untrack(look)
}

/// A value that follows others, and is news only when it is another one.
pub(crate) struct Followed<T: 'static> {
    value: Rc<Shared<T>>,
    _effect: RenderEffect<()>,
}

impl<T> std::ops::Deref for Followed<T> {
    type Target = Shared<T>;

    fn deref(&self) -> &Shared<T> {
        &self.value
    }
}

/// Follows what `compute` looks at, for as long as somebody holds what is answered.
pub(crate) fn follow<T: PartialEq + 'static>(compute: impl Fn() -> T + 'static) -> Rc<Followed<T>> {
    // Looked at by the follower alone, not by whoever makes it.
    let value = Rc::new(Shared::new(untrack(&compute)));
    let follower = Rc::clone(&value);
    let effect = RenderEffect::new(move |_| follower.settle(compute()));
    Rc::new(Followed { value, _effect: effect })
}
