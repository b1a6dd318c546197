//! Stands in for `send_wrapper` 0.6, by `[patch.crates-io]`.
//!
//! Leptos wraps in it what a browser's only thread holds, and it asks the standard library which thread that is. For
//! the answer a program carries the library's threads, and the allocator they are made with: 2 kB of a panel (brotli).
//! [`Fragile`] promises the same and counts threads by itself. This is `Fragile` by the other name.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use fragile::Fragile;
use futures_util::stream::Stream;

/// A value that may go anywhere, and panics where another thread than its own looks at it.
pub struct SendWrapper<T>(Fragile<T>);

impl<T> SendWrapper<T> {
    /// Around a value of this thread.
    pub fn new(value: T) -> Self {
        Self(Fragile::new(value))
    }

    /// Whether this is its thread.
    pub fn valid(&self) -> bool {
        self.0.is_valid()
    }

    /// The value itself.
    pub fn take(self) -> T {
        self.0.into_inner()
    }
}

impl<T> Deref for SendWrapper<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.get()
    }
}

impl<T> DerefMut for SendWrapper<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

impl<T: Clone> Clone for SendWrapper<T> {
    fn clone(&self) -> Self {
        Self::new(self.0.get().clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for SendWrapper<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<T> SendWrapper<T> {
    /// The value of a wrapper that is pinned, pinned as well.
    fn pinned(self: Pin<&mut Self>) -> Pin<&mut T> {
        // SAFETY: what is in a pinned wrapper stays where it is: `take` and `deref_mut` need one that is not pinned,
        // and it is dropped in its place. On another thread that drop panics instead, as the original's does.
        #[expect(unsafe_code, reason = "only what is pinned can be polled")]
        unsafe {
            self.map_unchecked_mut(|wrapper| wrapper.0.get_mut())
        }
    }
}

impl<T: Future> Future for SendWrapper<T> {
    type Output = T::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T::Output> {
        self.pinned().poll(context)
    }
}

impl<T: Stream> Stream for SendWrapper<T> {
    type Item = T::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T::Item>> {
        self.pinned().poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::thread;

    use super::*;

    #[test]
    fn only_its_own_thread_sees_it() {
        let wrapped = SendWrapper::new(Rc::new(7));
        assert_eq!((**wrapped, wrapped.valid()), (7, true));
        let wrapped = thread::spawn(move || {
            assert!(!wrapped.valid());
            wrapped
        });
        let wrapped = wrapped.join().expect("looking whether it is valid is allowed");
        assert_eq!(*wrapped.take(), 7);
        let wrapped = SendWrapper::new(Rc::new(7));
        // Lent, so that it is not dropped there as well.
        thread::scope(|scope| assert!(scope.spawn(|| **wrapped).join().is_err()));
    }

    #[test]
    fn a_future_runs_in_it() {
        let mut future = std::pin::pin!(SendWrapper::new(async { 7 }));
        let waker = std::task::Waker::noop();
        assert_eq!(future.as_mut().poll(&mut Context::from_waker(waker)), Poll::Ready(7));
    }
}
