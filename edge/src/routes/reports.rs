//! `GET /v1/reports/…`: sums that each shard keeps by day, put together; as JSON, or as a file for spreadsheets.

use std::collections::BTreeMap;

use fidela_protocol::reports::{
    Activity, ActivityDay, ActivityReport, Days, FunnelStep, LevelSums, LevelsReport, LiabilityAge,
    LiabilityDay, LiabilityReport, MissionSums, MissionsReport, ReferralDay, ReferralsReport, Worth,
};
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use fidela_rules::num::Wide;
use fidela_rules::program::Text;
use fidela_rules::referrals::ReferralState;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::StoreConfig;
use crate::explain::missions::name_of;
use crate::failure::{Failure, Outcome, broken};
use crate::objects::shard::{DaySums, ShardOp, Summed};
use crate::speech::Speaker;
use crate::table::{Cell, Table};
use crate::{accounts, auth, limits};

/// What is summed of points, in the order in which shards are asked for it. What is not named here is not summed.
const MOVES: [&str; 11] = [
    "earned:order",
    "earned:mission",
    "earned:referral",
    "earned:bonus",
    "earned:import",
    "clawed_back",
    "adjusted",
    "used",
    "expired",
    "erased",
    "owed",
];

/// From how many days on points are of an age: up to a month, a quarter, half a year, a year, or older.
const AGES: [i64; 5] = [0, 31, 91, 181, 366];

/// Each state of an invitation, in the order of its way.
const STATES: [ReferralState; 8] = [
    ReferralState::Sent,
    ReferralState::Opened,
    ReferralState::Registered,
    ReferralState::Ordered,
    ReferralState::InReview,
    ReferralState::Rewarded,
    ReferralState::Refused,
    ReferralState::Expired,
];

fn wrong(detail: &str) -> Failure {
    Problem::new(Code::InvalidQuery).detail(detail).into()
}

/// What a report is asked for.
struct Asked {
    store: std::rc::Rc<StoreConfig>,
    program: std::rc::Rc<Program>,
    days: Days,
    today: Date,
    csv: bool,
}

impl Asked {
    async fn of(call: &Call) -> Outcome<Self> {
        let store = auth::merchant(call).await?.store;
        let program = store.program()?;
        let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
        let today = call.now.to_zoned(zone).date();
        let day = |name: &str| -> Outcome<Option<Date>> {
            let day = call.query(name).map(str::parse).transpose();
            day.map_err(|_| wrong(&format!("`{name}` is a day: 2026-11-30.")))
        };
        let until = day("until")?.unwrap_or(today);
        let from = match day("from")? {
            Some(from) => from,
            None => until.saturating_sub(29.days()),
        };
        let many = until.since(from).map_or(i64::MAX, |span| i64::from(span.get_days()));
        if !(0..limits::REPORT_DAYS).contains(&many) {
            return Err(wrong("A report has 1 to 400 days: `from` is not after `until`."));
        }
        let csv = match call.query("format") {
            None | Some("json") => false,
            Some("csv") => true,
            Some(_) => return Err(wrong("`format` is `json` or `csv`.")),
        };
        Ok(Self { store, program, days: Days { from, until }, today, csv })
    }

    /// Each day.
    fn each_day(&self) -> impl Iterator<Item = Date> {
        let Days { from, until } = self.days;
        from.series(1.day()).take_while(move |day| *day <= until)
    }

    fn worth(&self, points: i64) -> Outcome<Worth> {
        let value = self.program.points.value.value_of(Wide::of(points.max(0))).fit()?;
        Ok(Worth { points, value })
    }

    /// Sums by day of all shards together.
    async fn sums(&self, call: &Call, whats: &[String]) -> Outcome<DaySums> {
        let Days { from, until } = self.days;
        let op = || ShardOp::Sums { asked: Summed::Days { whats: whats.to_vec(), from, until } };
        let mut all = DaySums { before: vec![0; whats.len()], days: BTreeMap::new() };
        for part in accounts::of_all_ready::<DaySums>(call, &self.store, op).await? {
            add_all(&mut all.before, &part.before);
            for (day, amounts) in part.days {
                add_all(all.days.entry(day).or_insert_with(|| vec![0; whats.len()]), &amounts);
            }
        }
        Ok(all)
    }

    fn answer(
        &self,
        call: &Call,
        name: &str,
        report: &impl Serialize,
        table: impl FnOnce(&Speaker) -> Table,
    ) -> Outcome<Answer> {
        if !self.csv {
            return Ok(Answer::json(200, report)?.header("cache-control", "private, no-store"));
        }
        let speaker = Speaker::of(call, &self.store);
        let Days { from, until } = self.days;
        let file = format!("attachment; filename=\"{name}-{from}-{until}.csv\"");
        let text = table(&speaker).csv(&speaker);
        Ok(Answer::bytes(200, "text/csv; charset=utf-8", text.into_bytes())
            .header("content-disposition", file)
            .header("cache-control", "private, no-store"))
    }
}

fn add_all(to: &mut [i64], more: &[i64]) {
    for (sum, amount) in to.iter_mut().zip(more) {
        *sum = sum.saturating_add(*amount);
    }
}

/// The points of one day, or of many, and by how much what is owed grew.
fn activity(amounts: &[i64]) -> (Activity, i64) {
    let of = |what: &str| {
        let at = MOVES.iter().position(|known| *known == what);
        at.and_then(|at| amounts.get(at)).copied().unwrap_or(0)
    };
    let activity = Activity {
        earned: MOVES
            .iter()
            .zip(amounts)
            .filter(|(what, _)| what.starts_with("earned:"))
            .fold(0, |sum, (_, points)| sum.saturating_add(*points)),
        earned_by_orders: of("earned:order"),
        earned_by_missions: of("earned:mission"),
        earned_by_invitations: of("earned:referral"),
        earned_by_bonuses: of("earned:bonus"),
        brought_along: of("earned:import"),
        clawed_back: of("clawed_back"),
        adjusted: of("adjusted"),
        used: of("used"),
        expired: of("expired"),
        erased: of("erased"),
    };
    (activity, of("owed"))
}

fn moves() -> Vec<String> {
    MOVES.map(str::to_owned).to_vec()
}

/// `GET /v1/reports/activity`.
pub(crate) async fn activity_report(call: &Call) -> Outcome<Answer> {
    let asked = Asked::of(call).await?;
    let sums = asked.sums(call, &moves()).await?;
    let mut all = vec![0; MOVES.len()];
    let mut days = Vec::new();
    for day in asked.each_day() {
        let amounts = sums.days.get(&day).map(Vec::as_slice).unwrap_or_default();
        add_all(&mut all, amounts);
        days.push(ActivityDay { day, activity: activity(amounts).0 });
    }
    let report = ActivityReport { range: asked.days, days, totals: activity(&all).0 };
    asked.answer(call, "activity", &report, |speaker| {
        let names = [
            "report.day",
            "report.earned",
            "report.earned_by_orders",
            "report.earned_by_missions",
            "report.earned_by_invitations",
            "report.earned_by_bonuses",
            "report.brought_along",
            "report.clawed_back",
            "report.adjusted",
            "report.used",
            "report.expired",
            "report.erased",
        ];
        let cells = |sums: &Activity| {
            [
                sums.earned,
                sums.earned_by_orders,
                sums.earned_by_missions,
                sums.earned_by_invitations,
                sums.earned_by_bonuses,
                sums.brought_along,
                sums.clawed_back,
                sums.adjusted,
                sums.used,
                sums.expired,
                sums.erased,
            ]
            .map(Cell::Number)
        };
        let mut table = Table::headed(speaker, &names);
        for ActivityDay { day, activity } in &report.days {
            table.row(std::iter::once(Cell::Day(*day)).chain(cells(activity)));
        }
        let sum = Cell::Text(speaker.word("report.sum").to_owned());
        table.row(std::iter::once(sum).chain(cells(&report.totals)));
        table
    })
}

/// `GET /v1/reports/liability`.
pub(crate) async fn liability(call: &Call) -> Outcome<Answer> {
    let asked = Asked::of(call).await?;
    let sums = asked.sums(call, &moves()).await?;
    let (before, mut owed) = activity(&sums.before);
    let mut net = before.net();
    let mut days = Vec::new();
    for day in asked.each_day() {
        let (moved, more_owed) = activity(sums.days.get(&day).map(Vec::as_slice).unwrap_or_default());
        net = net.saturating_add(moved.net());
        owed = owed.saturating_add(more_owed);
        days.push(LiabilityDay { day, outstanding: asked.worth(net.saturating_add(owed))?, owed });
    }
    // As of now, whatever the days are. Points have the age 0 on the first day on which they can be used.
    let oldest_first =
        AGES.iter().rev().map(|days| asked.today.saturating_sub(days.saturating_sub(1).days()));
    let bounds: Vec<Date> = oldest_first.collect();
    let op = || ShardOp::Sums { asked: Summed::Lots { bounds: bounds.clone() } };
    let mut lots = vec![0; bounds.len().saturating_add(2)];
    for part in accounts::of_all_ready::<Vec<i64>>(call, &asked.store, op).await? {
        add_all(&mut lots, &part);
    }
    let owed_now = lots.pop().unwrap_or(0);
    // The newest are those that cannot be used yet, then those of each age.
    let mut ages = Vec::new();
    let edges = std::iter::once(None).chain(AGES.iter().copied().map(Some));
    for (from_days, points) in edges.zip(lots.iter().rev().copied()) {
        let older = from_days.and_then(|from| AGES.iter().find(|days| **days > from));
        let until_days = older.map(|days| days.saturating_sub(1));
        ages.push(LiabilityAge { from_days, until_days, outstanding: asked.worth(points)? });
    }
    let total = lots.iter().fold(0_i64, |sum, points| sum.saturating_add(*points));
    let report = LiabilityReport {
        range: asked.days,
        currency: asked.program.currency.clone(),
        days,
        ages,
        outstanding: asked.worth(total)?,
        owed: owed_now,
    };
    asked.answer(call, "liability", &report, |speaker| {
        let names = ["report.day", "report.outstanding", "report.value", "report.owed"];
        let mut table = Table::headed(speaker, &names);
        for LiabilityDay { day, outstanding, owed } in &report.days {
            table.row([
                Cell::Day(*day),
                Cell::Number(outstanding.points),
                Cell::Money(outstanding.value),
                Cell::Number(*owed),
            ]);
        }
        table.row([]);
        table.heads(speaker, &["report.age", "report.outstanding", "report.value"]);
        for LiabilityAge { from_days, until_days, outstanding } in &report.ages {
            let age = match (from_days, until_days) {
                (None, _) => speaker.word("report.not_usable_yet").to_owned(),
                (Some(from), Some(until)) => format!("{from}–{until}"),
                (Some(from), None) => format!("≥ {from}"),
            };
            table.row([Cell::Text(age), Cell::Number(outstanding.points), Cell::Money(outstanding.value)]);
        }
        table
    })
}

/// `GET /v1/reports/missions`.
pub(crate) async fn missions(call: &Call) -> Outcome<Answer> {
    let asked = Asked::of(call).await?;
    let Days { from, until } = asked.days;
    let op = || ShardOp::Sums { asked: Summed::Words { prefix: "mission:".to_owned(), from, until } };
    let mut sums: BTreeMap<String, MissionSums> = BTreeMap::new();
    let speaker = Speaker::of(call, &asked.store);
    let empty = |id: &str| MissionSums {
        mission: id.to_owned(),
        name: name_of(&speaker, &asked.program, id),
        completions: 0,
        points: 0,
        shoppers: 0,
    };
    for mission in &asked.program.missions {
        sums.insert(mission.id.clone(), empty(&mission.id));
    }
    for (word, amount) in
        accounts::of_all_ready::<Vec<(String, i64)>>(call, &asked.store, op).await?.into_iter().flatten()
    {
        let mut parts = word.splitn(3, ':').skip(1);
        let (Some(what), Some(id)) = (parts.next(), parts.next()) else { continue };
        let sums = sums.entry(id.to_owned()).or_insert_with(|| empty(id));
        let sum = match what {
            "done" => &mut sums.completions,
            "points" => &mut sums.points,
            _ => &mut sums.shoppers,
        };
        *sum = sum.saturating_add(amount);
    }
    let mut items: Vec<MissionSums> = sums.into_values().collect();
    items.sort_by_key(|sums| std::cmp::Reverse(sums.completions));
    let report = MissionsReport { range: asked.days, items };
    asked.answer(call, "missions", &report, |speaker| {
        let names =
            ["report.mission", "report.id", "report.completions", "report.points", "report.new_shoppers"];
        let mut table = Table::headed(speaker, &names);
        for MissionSums { mission, name, completions, points, shoppers } in &report.items {
            table.row([
                Cell::Text(name.clone()),
                Cell::Text(mission.clone()),
                Cell::Number(*completions),
                Cell::Number(*points),
                Cell::Number(*shoppers),
            ]);
        }
        table
    })
}

/// `GET /v1/reports/referrals`.
pub(crate) async fn referrals(call: &Call) -> Outcome<Answer> {
    let asked = Asked::of(call).await?;
    let mut whats: Vec<String> =
        STATES.iter().map(|state| crate::objects::shard::sum_of_state(*state)).collect();
    whats.push("earned:referral".to_owned());
    let sums = asked.sums(call, &whats).await?;
    let mut all = vec![0; whats.len()];
    let mut days = Vec::new();
    for day in asked.each_day() {
        let amounts = sums.days.get(&day).map(Vec::as_slice).unwrap_or_default();
        add_all(&mut all, amounts);
        let of = |state: ReferralState| {
            let at = STATES.iter().position(|known| *known == state);
            at.and_then(|at| amounts.get(at)).copied().unwrap_or(0)
        };
        days.push(ReferralDay {
            day,
            sent: of(ReferralState::Sent),
            opened: of(ReferralState::Opened),
            registered: of(ReferralState::Registered),
            ordered: of(ReferralState::Ordered),
            rewarded: of(ReferralState::Rewarded),
            ended: of(ReferralState::Refused).saturating_add(of(ReferralState::Expired)),
            points: amounts.last().copied().unwrap_or(0),
        });
    }
    let word = |state: &ReferralState| {
        let word = serde_json::to_value(state).ok();
        word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let funnel =
        STATES.iter().zip(&all).map(|(state, count)| FunnelStep { state: word(state), count: *count });
    let points = all.last().copied().unwrap_or(0);
    let report = ReferralsReport { range: asked.days, funnel: funnel.collect(), days, points };
    asked.answer(call, "invitations", &report, |speaker| {
        let names = [
            "report.day",
            "report.sent",
            "report.opened",
            "report.registered",
            "report.ordered",
            "report.rewarded",
            "report.ended",
            "report.points",
        ];
        let mut table = Table::headed(speaker, &names);
        for ReferralDay { day, sent, opened, registered, ordered, rewarded, ended, points } in &report.days {
            let cells = [*sent, *opened, *registered, *ordered, *rewarded, *ended, *points].map(Cell::Number);
            table.row(std::iter::once(Cell::Day(*day)).chain(cells));
        }
        table
    })
}

/// `GET /v1/reports/levels`.
pub(crate) async fn levels(call: &Call) -> Outcome<Answer> {
    let asked = Asked::of(call).await?;
    let mut known: Vec<(i64, Option<&Text>)> = Vec::new();
    for level in asked.program.levels() {
        // Of levels that are reached at the same money the first listed counts.
        if known.iter().all(|(from, _)| *from != level.spend_from) {
            known.push((level.spend_from, level.name.as_ref()));
        }
    }
    if known.iter().all(|(from, _)| *from > 0) {
        known.push((0, None));
    }
    known.sort_by_key(|(from, _)| *from);
    let bounds: Vec<i64> = known.iter().map(|(from, _)| *from).collect();
    let op = || ShardOp::Sums { asked: Summed::Spent { bounds: bounds.clone() } };
    let mut sums = vec![(0_i64, 0_i64); bounds.len()];
    for part in accounts::of_all_ready::<Vec<(i64, i64)>>(call, &asked.store, op).await? {
        for ((shoppers, spent), (more, more_spent)) in sums.iter_mut().zip(part) {
            *shoppers = shoppers.saturating_add(more);
            *spent = spent.saturating_add(more_spent);
        }
    }
    let mut items = Vec::new();
    for ((spend_from, name), (shoppers, spent)) in known.iter().zip(sums) {
        let name = name.map(serde_json::to_value).transpose().map_err(|error| broken("level", error))?;
        items.push(LevelSums { name, spend_from: *spend_from, shoppers, spent });
    }
    let report = LevelsReport { currency: asked.program.currency.clone(), items };
    asked.answer(call, "levels", &report, |speaker| {
        let mut table =
            Table::headed(speaker, &["report.level", "report.spend_from", "report.shoppers", "report.spent"]);
        for (LevelSums { spend_from, shoppers, spent, .. }, (_, name)) in report.items.iter().zip(&known) {
            let name = name.map_or_else(|| speaker.word("report.no_level"), |name| name.get(speaker.tag()));
            table.row([
                Cell::Text(name.to_owned()),
                Cell::Money(*spend_from),
                Cell::Number(*shoppers),
                Cell::Money(*spent),
            ]);
        }
        table
    })
}
