//! What follows what: values that are seen to change, and reactions that run again when they do.
//!
//! What these two tabs need of Leptos, in two hundred lines. Its views are typed by their whole structure, and its
//! graph is made for threads. Measured on this panel (wasm, brotli): 235 kB with its views and with derived readers
//! of JSON, 170 without either; its graph by itself was 6 kB of the last 97. The budget for everything is 90.
//!
//! - A reaction looks at values while it runs; it runs again, soon, after one of them was set.
//! - Those it made the last time end before it runs again, so an older reaction goes first: whoever made another
//!   one is older than it, and a value that follows others is older than those who look at it.
//! - Nothing here is `Send`: a page has one thread.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen_futures::spawn_local;

use crate::browser;

struct Reaction {
    /// Grows: those that this one makes have higher numbers.
    id: u32,
    run: Box<dyn Fn()>,
    /// How often it ran; what it saw in an earlier run is of no concern to it.
    runs: Cell<u32>,
    waiting: Cell<bool>,
    kept: RefCell<Kept>,
}

/// What a run made, and what ends with it.
#[derive(Default)]
pub(crate) struct Kept {
    reactions: Vec<Rc<Reaction>>,
    timers: Vec<i32>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.timers.iter().copied().for_each(browser::clear_interval);
    }
}

#[derive(Default)]
struct Runtime {
    next_id: Cell<u32>,
    running: RefCell<Option<Rc<Reaction>>>,
    scope: RefCell<Kept>,
    queue: RefCell<Vec<Weak<Reaction>>>,
}

thread_local! {
    static RUNTIME: Runtime = Runtime::default();
}

/// A value that is seen to change.
pub(crate) struct Shared<T> {
    value: RefCell<T>,
    seen_by: RefCell<Vec<(Weak<Reaction>, u32)>>,
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: RefCell::new(value), seen_by: RefCell::default() }
    }

    /// Looks at it; a reaction that does so runs again when it changes.
    pub(crate) fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        see(&self.seen_by);
        look(&self.value.borrow())
    }

    /// Looks at it as it is now.
    pub(crate) fn peek<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.value.borrow())
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        tell(&self.seen_by);
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

/// Runs it, and answers what it made.
pub(crate) fn scope(run: &dyn Fn()) -> Kept {
    RUNTIME.with(|runtime| {
        let outer = runtime.scope.take();
        run();
        runtime.scope.replace(outer)
    })
}

/// Runs now, and again after something that it looked at has changed.
pub(crate) fn react(run: impl Fn() + 'static) {
    react_boxed(Box::new(run));
}

fn react_boxed(run: Box<dyn Fn()>) {
    RUNTIME.with(|runtime| {
        let id = runtime.next_id.get();
        runtime.next_id.set(id.wrapping_add(1));
        let (runs, waiting, kept) = (Cell::default(), Cell::default(), RefCell::default());
        let reaction = Rc::new(Reaction { id, run, runs, waiting, kept });
        perform(&reaction);
        runtime.scope.borrow_mut().reactions.push(reaction);
    });
}

/// A value that follows others, and is news only when it is another one.
pub(crate) fn follow<T: PartialEq + 'static>(compute: impl Fn() -> T + 'static) -> Rc<Shared<T>> {
    // Looked at by the follower alone, not by whoever makes it.
    let outer = RUNTIME.with(|runtime| runtime.running.take());
    let value = Rc::new(Shared::new(compute()));
    RUNTIME.with(|runtime| runtime.running.replace(outer));
    let follower = Rc::clone(&value);
    react(move || follower.settle(compute()));
    value
}

/// Ends a timer of the page together with the reaction that runs now.
pub(crate) fn keep_timer(timer: i32) {
    RUNTIME.with(|runtime| runtime.scope.borrow_mut().timers.push(timer));
}

fn perform(reaction: &Rc<Reaction>) {
    RUNTIME.with(|runtime| {
        drop(reaction.kept.take());
        reaction.runs.set(reaction.runs.get().wrapping_add(1));
        let outer = runtime.running.replace(Some(Rc::clone(reaction)));
        let kept = scope(&*reaction.run);
        runtime.running.replace(outer);
        reaction.kept.replace(kept);
    });
}

fn see(seen_by: &RefCell<Vec<(Weak<Reaction>, u32)>>) {
    RUNTIME.with(|runtime| {
        if let Some(reaction) = &*runtime.running.borrow() {
            let seen = (Rc::downgrade(reaction), reaction.runs.get());
            let mut all = seen_by.borrow_mut();
            if !all.iter().any(|(one, run)| *run == seen.1 && one.ptr_eq(&seen.0)) {
                all.push(seen);
            }
        }
    });
}

fn tell(seen_by: &RefCell<Vec<(Weak<Reaction>, u32)>>) {
    let all = seen_by.take();
    RUNTIME.with(|runtime| {
        let mut queue = runtime.queue.borrow_mut();
        let was_empty = queue.is_empty();
        for (weak, run) in all {
            if let Some(reaction) = weak.upgrade()
                && reaction.runs.get() == run
                && !reaction.waiting.replace(true)
            {
                queue.push(weak);
            }
        }
        // One look at the queue does for all that is set until the page draws breath.
        if was_empty && !queue.is_empty() {
            spawn_local(async { while perform_oldest() {} });
        }
    });
}

fn perform_oldest() -> bool {
    let oldest = RUNTIME.with(|runtime| {
        let mut queue = runtime.queue.borrow_mut();
        // One that ended meanwhile is gone, and so are those that it had made.
        queue.retain(|weak| weak.strong_count() > 0);
        let ids = queue.iter().map(|weak| weak.upgrade().map_or(u32::MAX, |reaction| reaction.id));
        let at = ids.enumerate().min_by_key(|(_, id)| *id).map(|(at, _)| at)?;
        queue.swap_remove(at).upgrade()
    });
    let Some(reaction) = oldest else { return false };
    reaction.waiting.set(false);
    perform(&reaction);
    true
}
