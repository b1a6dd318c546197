//! Values that are seen to change, on Leptos' reactive graph.
//!
//! A page has one thread and few kinds of values. `ArcRwSignal` keeps each in a lock, with code of its own for each
//! kind: 5 kB (brotli) more for this panel. So a value lies in a `RefCell` here, and Leptos' `ArcTrigger`, which has
//! no kind, says that it changed.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{ArcTrigger, Notify as _, RenderEffect, Track as _};

/// A value that is seen to change.
pub(crate) struct Shared<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: RefCell::new(value), changed: ArcTrigger::new() }
    }

    /// Looks at it; an effect that does so runs again when it changes.
    pub(crate) fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        self.changed.track();
        look(&self.value.borrow())
    }

    /// Looks at it as it is now.
    pub(crate) fn peek<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.value.borrow())
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        self.changed.notify();
    }

    pub(crate) fn set(&self, value: T) {
        self.update(|old| *old = value);
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

/// A value that follows others, and is news only when it is another one.
pub(crate) struct Followed<T> {
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
    let value = Rc::new(Shared::new(leptos::prelude::untrack(&compute)));
    let follower = Rc::clone(&value);
    let effect = RenderEffect::new(move |_| follower.settle(compute()));
    Rc::new(Followed { value, _effect: effect })
}
