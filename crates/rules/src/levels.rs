//! Money spent over a shopper's whole time, the level it reaches, and what is missing for the next
//! (`rules.md`, *Money spent*). The level shown is that of the first cashback program.

use crate::num::{OutOfRange, Wide};
use crate::program::{Level, Program};
use serde::Serialize;

/// Where a shopper stands among the levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing<'p> {
    /// The level reached; none where even the lowest asks for more.
    pub reached: Option<&'p Level>,
    /// The next one; none on the highest.
    pub next: Option<NextLevel<'p>>,
}

/// The level above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NextLevel<'p> {
    /// The level.
    pub level: &'p Level,
    /// Money to spend until it is reached, minor units, at least 1.
    pub missing: i64,
}

/// Money spent: the sum of what each order adds to it ([`Order::spend`](crate::Order::spend)) once it was awarded.
pub fn money_spent(spends: impl IntoIterator<Item = i64>) -> Result<i64, OutOfRange> {
    spends.into_iter().map(Wide::of).sum::<Wide>().fit()
}

/// The level shown for so much money spent, and the next; none where the program has no levels. Of levels that
/// are reached at the same money the first listed counts, as in earning. An order may still be too small for its
/// level: that is the order's, not the shopper's.
pub fn level_of(program: &Program, spent: i64) -> Result<Option<Standing<'_>>, OutOfRange> {
    let levels = program.levels();
    if levels.is_empty() {
        return Ok(None);
    }
    let reached = levels
        .iter()
        .filter(|level| level.spend_from <= spent)
        .reduce(|best, next| if next.spend_from > best.spend_from { next } else { best });
    let next = levels
        .iter()
        .filter(|level| level.spend_from > spent)
        .reduce(|best, next| if next.spend_from < best.spend_from { next } else { best })
        .map(|level| {
            let missing = (Wide::of(level.spend_from) - spent.into()).fit()?;
            Ok(NextLevel { level, missing })
        })
        .transpose()?;
    Ok(Some(Standing { reached, next }))
}
