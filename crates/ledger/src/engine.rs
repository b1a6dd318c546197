//! Decides what a command does to an account.

mod bonuses;
mod cards;

use crate::account::{Account, Balances, Hold, HoldStatus, LotState, Part, Source};
use crate::calendar::{days_later, hours_later, local_day, minutes_later, months_later};
use crate::cards::CardEvent;
use crate::command::{Command, Done, Refusal};
use crate::due::{Due, due_until};
use crate::entry::{Change, Entry, MadeGood, Return, Take};
use fidela_rules::Program;
use fidela_rules::num::{MAX, Wide, fits};
use fidela_rules::program::{Expiry, Shortfall, Span};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// Brings an account to `now`, then carries a command out, if there is one. The account is changed as the
/// entries say, which come back to be stored; of a refused command only what was due by itself remains.
///
/// Time never goes back: an earlier `now` counts as the latest one seen.
pub fn execute(
    account: &mut Account,
    program: &Program,
    zone: &TimeZone,
    command: Option<&Command>,
    now: Timestamp,
) -> (Result<Done, Refusal>, Vec<Entry>) {
    let now = account.seen.map_or(now, |seen| seen.max(now));
    let today = local_day(now, zone);
    let mut ledger = Ledger { account, program, zone, now, today, entries: Vec::new() };
    ledger.advance();
    let done = command.map_or(Ok(Done::Ok), |command| ledger.carry_out(command));
    ledger.pay_debts(now, None);
    let entries = ledger.entries;
    account.seen = Some(now);
    (done, entries)
}

struct Ledger<'a> {
    account: &'a mut Account,
    program: &'a Program,
    zone: &'a TimeZone,
    now: Timestamp,
    today: Date,
    entries: Vec<Entry>,
}

impl Ledger<'_> {
    fn book_at(&mut self, at: Timestamp, change: Change) {
        let before = self.account.balances();
        let mut entry = Entry { at, points: 0, available: 0, change };
        self.account.apply(&entry);
        let after = self.account.balances();
        let whole = |balances: Balances| balances.available.saturating_add(balances.pending);
        entry.points = whole(after).saturating_sub(whole(before));
        entry.available = after.available;
        self.entries.push(entry);
    }

    fn book(&mut self, change: Change) {
        self.book_at(self.now, change);
    }

    /// What is due by itself, each at its own moment, debt being paid after each.
    fn advance(&mut self) {
        // Points that a birthday brings may move other lots' last days: then what is due is looked at anew.
        while self.advance_to_birthday() {}
    }

    /// Stops after a birthday that brought points, and says so.
    fn advance_to_birthday(&mut self) -> bool {
        for (at, due) in due_until(self.account, self.now, self.zone) {
            // Whoever owes has nothing usable: only what has just become so can pay.
            let only = if let Due::Matures { lot } = due { Some(lot) } else { None };
            let change = match due {
                Due::RunsOut { hold } => Change::RanOut { hold },
                Due::RewardRunsOut { hold } => {
                    self.end_reward_hold(at, &hold, CardEvent::RewardRanOut { hold: hold.clone() });
                    continue;
                }
                Due::Birthday { year } => {
                    if self.birthday(at, year) {
                        return true;
                    }
                    continue;
                }
                Due::Matures { lot } | Due::Lapses { lot }
                    if self.account.lots.get(lot).is_none_or(|lot| lot.state == LotState::Lapsed) =>
                {
                    continue;
                }
                Due::Matures { lot } => Change::Matured { lot },
                Due::Lapses { lot } => {
                    let points = self.account.lots.get(lot).map_or(0, |lot| lot.left);
                    Change::Lapsed { lot, points }
                }
            };
            self.book_at(at, change);
            self.pay_debts(at, only);
        }
        false
    }

    /// Debt, the oldest first, is paid from usable lots in the order a hold takes; `only` says which one
    /// has any points, where that is known.
    fn pay_debts(&mut self, at: Timestamp, only: Option<usize>) {
        let owed = self.account.owed();
        let usable = self.account.balances().available.saturating_add(owed);
        if owed == 0 || usable == 0 {
            return;
        }
        let (takes, _) = match only {
            Some(lot) => self.take_from(vec![lot], owed),
            None => self.take_usable(owed),
        };
        let mut debt = 0;
        for Take { lot, points } in takes {
            let mut points = points;
            while points > 0 {
                let Some(open) = self.account.debts.get(debt).map(|debt| debt.open) else { return };
                if open == 0 {
                    debt = debt.saturating_add(1);
                    continue;
                }
                let paid = open.min(points);
                points = points.saturating_sub(paid);
                self.book_at(at, Change::DebtPaid { debt, take: Take { lot, points: paid } });
            }
        }
    }

    /// Lots with points, in the order a hold takes: soonest last day first, never-lapsing last, then oldest.
    fn in_taking_order(&self, which: impl Fn(&crate::account::Lot) -> bool) -> Vec<usize> {
        let mut lots: Vec<_> = self
            .account
            .lots
            .iter()
            .enumerate()
            .filter(|(_, lot)| lot.left > 0 && which(lot))
            .map(|(index, lot)| (lot.last_day.is_none(), lot.last_day, index))
            .collect();
        lots.sort_unstable();
        lots.into_iter().map(|(_, _, index)| index).collect()
    }

    /// Up to so many points from these lots, and how many are missing.
    fn take_from(&self, lots: Vec<usize>, points: i64) -> (Vec<Take>, i64) {
        let mut missing = points;
        let mut takes = Vec::new();
        for lot in lots {
            if missing == 0 {
                break;
            }
            let left = self.account.lots.get(lot).map_or(0, |lot| lot.left);
            let points = missing.min(left);
            takes.push(Take { lot, points });
            missing = missing.saturating_sub(points);
        }
        (takes, missing)
    }

    fn take_usable(&self, points: i64) -> (Vec<Take>, i64) {
        self.take_from(self.in_taking_order(|lot| lot.state == LotState::Usable), points)
    }

    fn carry_out(&mut self, command: &Command) -> Result<Done, Refusal> {
        match command {
            Command::Earn { source, points } => self.earn(source, *points),
            Command::Open { source, points, last_day } => self.open(source, *points, *last_day),
            Command::TakeBack { source } => self.take_back(source),
            Command::Hold { id, points, minutes } => self.hold(id, *points, *minutes),
            Command::Confirm { id } => self.confirm(id),
            Command::Commit { id, must } => self.commit(id, *must),
            Command::Burn { id, points } => self.burn(id, *points),
            Command::Release { id } => self.release(id),
            Command::Restore { id, points } => self.restore(id, *points),
            Command::Clawback { source, keep } => self.clawback(source, *keep),
            Command::Adjust { points, reason, who, key } => {
                self.adjust(*points, reason.clone(), who.clone(), key.clone())
            }
            Command::Know { birthday, registered_at } => Ok(self.know(*birthday, *registered_at)),
            Command::Stamp { card, order } => Ok(self.stamp(card, order)),
            Command::Unstamp { card, order } => self.unstamp(card, order),
            Command::AdjustStamps { card, stamps, reason, who, key } => {
                self.adjust_stamps(card, *stamps, reason.clone(), who.clone(), key.clone())
            }
            Command::HoldReward { id, reward, minutes } => self.hold_reward(id, reward, *minutes),
            Command::ConfirmReward { id } => self.confirm_reward(id),
            Command::CommitReward { id } => self.commit_reward(id),
            Command::ReleaseReward { id } => self.release_reward(id),
            Command::UseReward { reward, order } => self.use_reward(reward, order),
            Command::ReturnReward { reward, order } => self.return_reward(reward, order),
            Command::RemoveReward { reward, reason, who } => {
                self.remove_reward(reward, reason.clone(), who.clone())
            }
        }
    }

    /// The last day of points that can be used from a day on.
    fn last_day(&self, usable_from: Date) -> Option<Date> {
        match self.program.expiry {
            Expiry::Never => None,
            Expiry::AfterEarning { span: Span::Months(months) } => Some(months_later(usable_from, months)),
            Expiry::AfterEarning { span: Span::Days(days) } => Some(days_later(usable_from, days)),
            Expiry::FromFirstPoint { months } => {
                Some(self.latest_day_alive().unwrap_or_else(|| months_later(usable_from, months)))
            }
            Expiry::AfterInactivity { months } => Some(months_later(self.today, months)),
        }
    }

    /// The latest last day among lots that live on points of their own: left, pending or held, and neither
    /// lapsed nor of grace. Lots that never lapse (from before the program had an expiry) have none.
    fn latest_day_alive(&self) -> Option<Date> {
        let held: BTreeSet<usize> = (self.account.holds.values())
            .filter(|hold| hold.status == HoldStatus::Open)
            .flat_map(|hold| &hold.parts)
            .filter_map(|part| if let Part::Lot(take) = part { Some(take.lot) } else { None })
            .collect();
        let lots = self.account.lots.iter().enumerate();
        lots.filter(|(_, lot)| lot.state != LotState::Lapsed && !lot.grace)
            .filter(|(index, lot)| lot.left > 0 || held.contains(index))
            .filter_map(|(_, lot)| lot.last_day)
            .max()
    }

    /// Earning, crediting and spending keep an account alive, where the program counts inactivity.
    fn prolong(&mut self) {
        if let Expiry::AfterInactivity { months } = self.program.expiry {
            let last_day = months_later(self.today, months);
            let moves = |lot: &crate::account::Lot| {
                lot.state != LotState::Lapsed && lot.last_day.is_some_and(|day| day < last_day)
            };
            if self.account.lots.iter().any(moves) {
                self.book(Change::Prolonged { last_day });
            }
        }
    }

    fn earn(&mut self, source: &str, points: i64) -> Result<Done, Refusal> {
        let usable_from = days_later(self.today, self.program.earning.pending_days);
        self.arrive(source, points, usable_from, self.last_day(usable_from))
    }

    fn open(&mut self, source: &str, points: i64, last_day: Option<Date>) -> Result<Done, Refusal> {
        // Told again after its last day it is what it was: only new points have to be good for something.
        if self.account.source(source).is_none() && last_day.is_some_and(|day| day < self.today) {
            return Err(Refusal::InvalidPoints);
        }
        self.arrive(source, points, self.today, last_day.or_else(|| self.last_day(self.today)))
    }

    fn take_back(&mut self, id: &str) -> Result<Done, Refusal> {
        let source = self.account.source(id).ok_or(Refusal::SourceNotFound)?;
        let left = self.account.left_of(id);
        if left == 0 {
            return Ok(Done::Replayed);
        }
        // A clawback counts what lapsed first.
        let lapsed = source.lapsed.saturating_sub(source.lapsed_counted);
        let keep = source.keep.saturating_sub(left).saturating_sub(lapsed);
        self.clawback(id, keep.max(0))
    }

    fn arrive(
        &mut self,
        source: &str,
        points: i64,
        usable_from: Date,
        last_day: Option<Date>,
    ) -> Result<Done, Refusal> {
        positive(points)?;
        if let Some(known) = self.account.source(source) {
            return if known.earned == points { Ok(Done::Replayed) } else { Err(Refusal::SourceConflict) };
        }
        self.account.has_room_to_earn(points)?;
        let usable = usable_from <= self.today;
        self.book(Change::Earned { source: source.to_owned(), points, usable_from, usable, last_day });
        self.prolong();
        Ok(Done::Ok)
    }

    fn hold(&mut self, id: &str, points: i64, minutes: Option<i64>) -> Result<Done, Refusal> {
        positive(points)?;
        let minutes = minutes.unwrap_or(self.program.redemption.hold_minutes);
        positive(minutes)?;
        if let Some(hold) = self.account.hold(id) {
            return match hold.status {
                _ if hold.points != points => Err(Refusal::HoldConflict),
                HoldStatus::Released => Err(Refusal::HoldReleased),
                HoldStatus::RanOut => Err(Refusal::HoldExpired),
                HoldStatus::Open | HoldStatus::Committed => Ok(Done::Replayed),
            };
        }
        let takes = self.all_of(points)?;
        let until = minutes_later(self.now, minutes).ok_or(Refusal::AmountOutOfRange)?;
        self.book(Change::Held { hold: id.to_owned(), points, until, takes });
        Ok(Done::Ok)
    }

    /// So many points from usable lots, or the refusal that says what is missing.
    fn all_of(&self, points: i64) -> Result<Vec<Take>, Refusal> {
        let available = self.account.balances().available;
        if available < points {
            // Too few is the answer, even where what is missing is more than any number.
            let missing = (Wide::of(points) - available.into()).fit().unwrap_or(MAX);
            return Err(Refusal::InsufficientPoints { required: points, actual: available, missing });
        }
        Ok(self.take_usable(points).0)
    }

    fn found(&self, id: &str) -> Result<&Hold, Refusal> {
        self.account.hold(id).ok_or(Refusal::HoldNotFound)
    }

    fn confirm(&mut self, id: &str) -> Result<Done, Refusal> {
        let hold = self.found(id)?;
        let takes = match hold.status {
            HoldStatus::Open => Vec::new(),
            HoldStatus::Released => return Err(Refusal::HoldReleased),
            HoldStatus::Committed => return Err(Refusal::HoldCommitted),
            HoldStatus::RanOut => self.all_of(hold.points).map_err(|_| Refusal::HoldExpired)?,
        };
        let hours = self.program.redemption.confirmed_hold_hours;
        let until = hours_later(self.now, hours).ok_or(Refusal::AmountOutOfRange)?.max(hold.until);
        if hold.confirmed && hold.status == HoldStatus::Open && hold.until == until {
            return Ok(Done::Replayed);
        }
        self.book(Change::Confirmed { hold: id.to_owned(), until, takes });
        Ok(Done::Ok)
    }

    fn commit(&mut self, id: &str, must: bool) -> Result<Done, Refusal> {
        let hold = self.found(id)?;
        let points = hold.points;
        let (takes, owed) = match hold.status {
            HoldStatus::Committed => return Ok(Done::Replayed),
            HoldStatus::Released if !must => return Err(Refusal::HoldReleased),
            HoldStatus::Open => (Vec::new(), 0),
            HoldStatus::Released | HoldStatus::RanOut => {
                let (takes, owed) = self.take_usable(points);
                if owed > 0 && !must {
                    return Err(Refusal::HoldExpired);
                }
                (takes, owed)
            }
        };
        self.account.has_room_to_spend(points, owed)?;
        self.book(Change::Committed { hold: id.to_owned(), burned: None, takes, owed });
        self.prolong();
        Ok(Done::Ok)
    }

    fn burn(&mut self, id: &str, points: i64) -> Result<Done, Refusal> {
        positive(points)?;
        if let Some(hold) = self.account.hold(id) {
            let same = hold.points == points && hold.status == HoldStatus::Committed;
            return if same { Ok(Done::Replayed) } else { Err(Refusal::HoldConflict) };
        }
        let (takes, owed) = self.take_usable(points);
        self.account.has_room_to_spend(points, owed)?;
        self.book(Change::Committed { hold: id.to_owned(), burned: Some(points), takes, owed });
        self.prolong();
        Ok(Done::Ok)
    }

    fn release(&mut self, id: &str) -> Result<Done, Refusal> {
        match self.found(id)?.status {
            HoldStatus::Released => Ok(Done::Replayed),
            HoldStatus::Committed => Err(Refusal::HoldCommitted),
            HoldStatus::Open | HoldStatus::RanOut => {
                self.book(Change::Released { hold: id.to_owned() });
                Ok(Done::Ok)
            }
        }
    }

    fn restore(&mut self, id: &str, points: i64) -> Result<Done, Refusal> {
        not_negative(points)?;
        let hold = self.found(id)?;
        if hold.status != HoldStatus::Committed {
            return Err(Refusal::HoldNotCommitted);
        }
        if points == hold.restored {
            return Ok(Done::Replayed);
        }
        if points > hold.points {
            return Err(Refusal::InvalidPoints);
        }
        let hold_id = id.to_owned();
        if points < hold.restored {
            let again = hold.restored.saturating_sub(points);
            let (takes, owed) = self.take_usable(again);
            self.account.has_room_to_spend(again, owed)?;
            self.book(Change::Retaken { hold: hold_id, total: points, takes, owed });
            return Ok(Done::Ok);
        }
        let mut rest = points.saturating_sub(hold.restored);
        let mut made_good = Vec::new();
        for source in self.account.sources.iter().filter(|source| source.let_go > 0) {
            let points = rest.min(source.let_go);
            if points == 0 {
                break;
            }
            made_good.push(MadeGood { source: source.id.clone(), points });
            rest = rest.saturating_sub(points);
        }
        let (struck, returns) = self.unwound(hold, rest);
        self.book(Change::Restored { hold: hold_id, total: points, made_good, struck, returns });
        Ok(Done::Ok)
    }

    /// What giving the last `points` of a redemption back does: debt still open is struck off, and the rest
    /// returns to the lots that it came from or that paid the debt, last taken first.
    fn unwound(&self, hold: &Hold, points: i64) -> (i64, Vec<Return>) {
        let mut rest = points;
        let mut struck: i64 = 0;
        let mut returns = Vec::new();
        for part in hold.parts.iter().rev() {
            if rest == 0 {
                break;
            }
            match part {
                Part::Lot(take) => {
                    let points = rest.min(take.points);
                    rest = rest.saturating_sub(points);
                    returns.push(self.returning(take.lot, points));
                }
                Part::Debt { debt, points } => {
                    let mut popped = rest.min(*points);
                    rest = rest.saturating_sub(popped);
                    let Some(debt) = self.account.debts.get(*debt) else { continue };
                    let open = popped.min(debt.open);
                    struck = struck.saturating_add(open);
                    popped = popped.saturating_sub(open);
                    for paid in debt.paid.iter().rev() {
                        let points = popped.min(paid.points);
                        popped = popped.saturating_sub(points);
                        if points > 0 {
                            returns.push(self.returning(paid.lot, points));
                        }
                    }
                }
            }
        }
        (struck, returns)
    }

    /// Points that return to a lot; if it has lapsed, they live on for the days of grace there are.
    fn returning(&self, lot: usize, points: i64) -> Return {
        let lapsed = self.account.lots.get(lot).is_some_and(|lot| lot.state == LotState::Lapsed);
        let days = self.program.refunds.grace_days;
        let grace = lapsed && days > 0;
        Return {
            lot,
            points,
            grace_from: grace.then_some(self.today),
            grace_until: grace.then(|| days_later(self.today, days)),
        }
    }

    fn clawback(&mut self, id: &str, keep: i64) -> Result<Done, Refusal> {
        not_negative(keep)?;
        let (index, source) = self
            .account
            .sources
            .iter()
            .enumerate()
            .find(|(_, source)| source.id == id)
            .ok_or(Refusal::SourceNotFound)?;
        if keep == source.keep {
            return Ok(Done::Replayed);
        }
        if keep > source.earned {
            return Err(Refusal::InvalidPoints);
        }
        let change = if keep > source.keep {
            self.reinstated(source, keep)
        } else {
            self.clawed(index, source, keep)?
        };
        self.book(change);
        Ok(Done::Ok)
    }

    fn clawed(&self, index: usize, source: &Source, keep: i64) -> Result<Change, Refusal> {
        let points = source.keep.saturating_sub(keep);
        let lapsed_before = points.min(source.lapsed.saturating_sub(source.lapsed_counted));
        let missing = points.saturating_sub(lapsed_before);
        let own = |lot: &crate::account::Lot| lot.source == Some(index) && lot.state != LotState::Lapsed;
        let others = |state| move |lot: &crate::account::Lot| lot.source != Some(index) && lot.state == state;
        let mut lots = self.in_taking_order(own);
        lots.extend(self.in_taking_order(others(LotState::Usable)));
        lots.extend(self.in_taking_order(others(LotState::Pending)));
        let (takes, missing) = self.take_from(lots, missing);
        let owed = match self.program.refunds.shortfall {
            Shortfall::Negative => missing,
            // What open holds hold is not gone yet: letting it go would pay for a refund twice.
            Shortfall::Clamp => missing.min(self.account.held().saturating_sub(self.account.owed()).max(0)),
        };
        self.account.has_room_to_owe(owed)?;
        let let_go = missing.saturating_sub(owed);
        Ok(Change::ClawedBack { source: source.id.clone(), keep, lapsed_before, takes, owed, let_go })
    }

    fn reinstated(&self, source: &Source, keep: i64) -> Change {
        let points = keep.saturating_sub(source.keep);
        let let_go = points.min(source.let_go);
        let rest = points.saturating_sub(let_go);
        let lapsed_before = rest.min(source.lapsed_counted);
        let rest = rest.saturating_sub(lapsed_before);
        let returned = (rest > 0).then(|| self.returning(source.lot, rest));
        Change::Reinstated { source: source.id.clone(), keep, let_go, lapsed_before, returned }
    }

    fn adjust(
        &mut self,
        points: i64,
        reason: Option<String>,
        who: Option<String>,
        key: Option<String>,
    ) -> Result<Done, Refusal> {
        if points == 0 {
            return Err(Refusal::InvalidPoints);
        }
        if !fits(points) {
            return Err(Refusal::AmountOutOfRange);
        }
        if let Some(known) = key.as_ref().and_then(|key| self.account.adjustments.get(key)) {
            return if *known == points { Ok(Done::Replayed) } else { Err(Refusal::SourceConflict) };
        }
        if points < 0 {
            let takes = self.all_of(points.saturating_neg())?;
            self.book(Change::Debited { takes, reason, who, key });
            return Ok(Done::Ok);
        }
        self.account.has_room_for_credit(points)?;
        let usable_from = self.today;
        let last_day = self.last_day(usable_from);
        self.book(Change::Credited { points, usable_from, last_day, reason, who, key });
        self.prolong();
        Ok(Done::Ok)
    }
}

fn positive(points: i64) -> Result<(), Refusal> {
    if points <= 0 { Err(Refusal::InvalidPoints) } else { not_negative(points) }
}

fn not_negative(points: i64) -> Result<(), Refusal> {
    if points < 0 {
        Err(Refusal::InvalidPoints)
    } else if fits(points) {
        Ok(())
    } else {
        Err(Refusal::AmountOutOfRange)
    }
}
