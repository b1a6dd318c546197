//! What completing a mission gives, or why it gives nothing (`rules.md`, *Missions*).
//!
//! Whether the same completion came before is the account's to know: it is asked first, and answered as it was then.

use crate::earn::{in_window, round};
use crate::num::{Wide, fits};
use crate::program::{MISSION_KINDS_ONCE, Mission, MissionPoints, Program, Verify};
use jiff::civil::Date;
use serde::Serialize;

/// The reference of a completion that names none, where one shopper can complete the mission once only.
pub const ONCE: &str = "once";

/// What is told of a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told<'a> {
    /// What makes it another completion than the last; needed where there can be several.
    pub reference: Option<&'a str>,
    /// Minor units, where the mission is paid by amount.
    pub amount: Option<i64>,
}

/// What a completion gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Granted {
    /// Points, at least 0.
    pub points: i64,
    /// How often this shopper has completed the mission now.
    pub done: i64,
    /// How often they still may; none means without limit.
    pub left: Option<i64>,
}

/// Why a completion gives nothing. Nothing of it is kept, so that it may be told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum MissionRefusal {
    /// An amount below 0.
    InvalidAmount,
    /// A number that does not fit ±(2^53 − 1).
    AmountOutOfRange,
    /// There is no such mission.
    MissionNotFound,
    /// The whole program is off.
    ProgramDisabled,
    /// The mission is switched off, or this is not its time.
    MissionNotRunning,
    /// It may be completed more than once: each completion needs a reference.
    ReferenceRequired,
    /// It is paid by amount, and none was told.
    AmountRequired,
    /// The shopper has completed it as often as they may.
    MissionLimitReached {
        /// How often they may.
        limit: i64,
        /// How often they have.
        done: i64,
    },
    /// The amount makes no point yet.
    AmountTooSmall {
        /// The smallest that makes one, minor units.
        required: i64,
        /// What was told.
        actual: i64,
    },
}

impl Mission {
    /// How often one shopper may complete it; none means without limit. A kind that makes sense once is completed
    /// once.
    pub fn limit(&self) -> Option<i64> {
        if self.is_once() { Some(1) } else { self.limit_per_shopper }
    }

    /// Whether its kind makes sense once.
    pub fn is_once(&self) -> bool {
        MISSION_KINDS_ONCE.contains(&self.kind.as_str())
    }

    /// Whether it can be completed on a local day.
    pub fn runs_on(&self, today: Date) -> bool {
        self.enabled && in_window(today, self.from, self.until)
    }

    /// Whether shoppers say themselves that they have done it.
    pub fn is_claimed(&self) -> bool {
        self.verify == Verify::Claim
    }

    /// Whether its completion is known without anybody telling it.
    pub fn is_automatic(&self) -> bool {
        self.verify == Verify::Automatic
    }

    /// The reference that a completion is known by: what it names, or [`ONCE`] where there can be one only.
    pub fn reference_of<'a>(&self, named: Option<&'a str>) -> Option<&'a str> {
        named.or_else(|| (self.limit() == Some(1)).then_some(ONCE))
    }
}

/// Decides a completion that has not come before, for a shopper who has completed the mission `done` times.
pub fn complete(
    program: &Program,
    id: &str,
    told: Told<'_>,
    done: i64,
    today: Date,
) -> Result<Granted, MissionRefusal> {
    match told.amount {
        Some(amount) if !fits(amount) => return Err(MissionRefusal::AmountOutOfRange),
        Some(amount) if amount < 0 => return Err(MissionRefusal::InvalidAmount),
        _ => {}
    }
    let mission = program.mission(id).ok_or(MissionRefusal::MissionNotFound)?;
    if !program.enabled {
        return Err(MissionRefusal::ProgramDisabled);
    }
    if !mission.runs_on(today) {
        return Err(MissionRefusal::MissionNotRunning);
    }
    mission.reference_of(told.reference).ok_or(MissionRefusal::ReferenceRequired)?;
    let limit = mission.limit();
    if let Some(limit) = limit.filter(|limit| done >= *limit) {
        return Err(MissionRefusal::MissionLimitReached { limit, done });
    }
    let points = match mission.points {
        MissionPoints::Fixed { points } => points,
        MissionPoints::PerAmount { every, points } => {
            let amount = told.amount.ok_or(MissionRefusal::AmountRequired)?;
            let times = round(program, amount.into(), every.into());
            if times == Wide::ZERO {
                let required = program.least_of(every);
                return Err(MissionRefusal::AmountTooSmall { required, actual: amount });
            }
            (times * points.into()).fit().map_err(|_| MissionRefusal::AmountOutOfRange)?
        }
    };
    let done = done.saturating_add(1);
    Ok(Granted { points, done, left: limit.map(|limit| limit.saturating_sub(done)) })
}

impl Program {
    /// A mission by its id.
    pub fn mission(&self, id: &str) -> Option<&Mission> {
        self.missions.iter().find(|mission| mission.id == id)
    }

    /// The smallest amount that `rounding` makes one of.
    fn least_of(&self, every: i64) -> i64 {
        use crate::program::Rounding;
        match self.earning.rounding {
            Rounding::Down => every,
            Rounding::Nearest => Wide::of(every).div_ceil(2.into()).fit().unwrap_or(every),
            Rounding::Up => 1,
        }
    }
}
