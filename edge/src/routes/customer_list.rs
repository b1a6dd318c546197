//! `GET /v1/customers`: each shard answers from its own rows, and their pages are merged.

use fidela_protocol::merchant::{CustomerRow, Page, RowLevel};
use fidela_protocol::{Code, Problem};
use fidela_rules::Program;
use fidela_rules::levels::level_of;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure::{Failure, Outcome, broken};
use crate::objects::shard::{Listed, Listing, Range, ShardOp, SortBy, SortValue, words};
use crate::platform::crypto;
use crate::{accounts, auth, limits};

fn wrong(detail: &str) -> Failure {
    Problem::new(Code::InvalidQuery).detail(detail).into()
}

/// The `sort` of a list, and whether the largest come first.
fn sorted(call: &Call) -> Outcome<(SortBy, bool)> {
    let Some(asked) = call.query("sort") else { return Ok((SortBy::Id, false)) };
    let (name, descending) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
    let by = match name {
        "id" => SortBy::Id,
        "name" => SortBy::Name,
        "points" => SortBy::Points,
        "spent" => SortBy::Spent,
        "last_order" => SortBy::LastOrder,
        "created" => SortBy::Created,
        _ => {
            let known = "`sort` is `id`, `name`, `points`, `spent`, `last_order` or `created`, the largest first with `-` in front.";
            return Err(wrong(known));
        }
    };
    Ok((by, descending))
}

/// The row after which a page begins: an id, or what a sorted list's `next` said.
fn after(call: &Call, sort: SortBy, descending: bool) -> Outcome<Option<(SortValue, String)>> {
    let Some(after) = call.query("after") else { return Ok(None) };
    if sort == SortBy::Id {
        return Ok(Some((SortValue::Text(String::new()), after.to_owned())));
    }
    let unknown = || wrong("`after` is what the page before, sorted the same way, said in `next`.");
    let json = crypto::from_base64url(after).ok_or_else(unknown)?;
    let (by, down, value, id): (SortBy, bool, SortValue, String) =
        serde_json::from_slice(&json).map_err(|_| unknown())?;
    let fits = matches!(value, SortValue::Text(_)) == (sort == SortBy::Name);
    if by != sort || down != descending || !fits {
        return Err(unknown());
    }
    Ok(Some((value, id)))
}

fn next(sort: SortBy, descending: bool, last: &Listed) -> Outcome<String> {
    if sort == SortBy::Id {
        return Ok(last.row.id.clone());
    }
    let place = (sort, descending, &last.value, &last.row.id);
    let json = serde_json::to_vec(&place).map_err(|error| broken("place", error))?;
    Ok(crypto::to_base64url(&json))
}

fn number(call: &Call, name: &str) -> Outcome<Option<i64>> {
    let Some(text) = call.query(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| fidela_rules::num::fits(*number));
    Ok(Some(number.ok_or_else(|| wrong(&format!("`{name}` is a whole number.")))?))
}

/// A moment, or the beginning of a day in the store's time zone.
fn moment(call: &Call, name: &str, program: &Program) -> Outcome<Option<i64>> {
    let Some(text) = call.query(name) else { return Ok(None) };
    let at = if let Ok(at) = text.parse::<Timestamp>() {
        Some(at)
    } else if let Ok(day) = text.parse::<Date>() {
        let zone = TimeZone::get(&program.timezone).map_err(|error| broken("time zone", error))?;
        day.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
    } else {
        None
    };
    let at = at.ok_or_else(|| wrong(&format!("`{name}` is a day, 2026-11-30, or an RFC 3339 moment.")))?;
    Ok(Some(at.as_millisecond()))
}

/// Money spent of whoever is on a level, which is named by the money from which it is reached; 0 where none is.
fn spent_on(level: i64, program: &Program) -> Outcome<Range> {
    let known = program.levels();
    if level != 0 && known.iter().all(|known| known.spend_from != level) {
        return Err(wrong(
            "`level` is the `spend_from` of one of the program's levels, or 0 before the first.",
        ));
    }
    let below = known.iter().map(|known| known.spend_from).filter(|from| *from > level).min();
    Ok(Range { from: Some(level).filter(|level| *level > 0), below })
}

fn level(program: &Program, spent: i64) -> Outcome<Option<RowLevel>> {
    let Some(reached) = level_of(program, spent)?.and_then(|standing| standing.reached) else {
        return Ok(None);
    };
    let name = reached.name.as_ref().map(serde_json::to_value).transpose();
    Ok(Some(RowLevel { name: name.map_err(|error| broken("level", error))?, spend_from: reached.spend_from }))
}

/// `GET /v1/customers`.
pub(crate) async fn list(call: &Call) -> Outcome<Answer> {
    let store = auth::merchant(call).await?.store;
    let program = store.program()?;
    let limit = call.page_rows()?;
    let search = call.query("q");
    if search.is_some_and(|search| search.chars().count() > limits::NAME_CHARS) {
        return Err(Code::InvalidQuery.into());
    }
    let (sort, descending) = sorted(call)?;
    let from = number(call, "points_min")?;
    let below = number(call, "points_max")?.map(|most| most.saturating_add(1));
    let mut ordered = Range {
        from: moment(call, "ordered_after", &program)?,
        below: moment(call, "ordered_before", &program)?,
    };
    if ordered.below.is_some() {
        // Whoever never ordered has no last order.
        ordered.from = Some(ordered.from.unwrap_or(1));
    }
    let spent = number(call, "level")?.map(|level| spent_on(level, &program)).transpose()?;
    let asked = Listing {
        sort,
        descending,
        after: after(call, sort, descending)?,
        words: search.filter(|search| !search.is_empty()).map(words).map(|mut words| {
            words.truncate(limits::WORDS);
            words
        }),
        points: Range { from, below },
        spent: spent.unwrap_or_default(),
        ordered,
        limit: limit.saturating_add(1),
    };
    let op = || ShardOp::List { asked: Box::new(asked.clone()) };
    let mut items: Vec<Listed> = Vec::new();
    for more in accounts::of_all_ready::<Vec<Listed>>(call, &store, op).await? {
        items.extend(more);
    }
    let place = |listed: &Listed| match sort {
        SortBy::Id => (SortValue::Number(0), listed.row.id.clone()),
        _ => (listed.value.clone(), listed.row.id.clone()),
    };
    items.sort_by_cached_key(place);
    if descending {
        items.reverse();
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| next(sort, descending, last)).transpose()?;
    let items = items
        .into_iter()
        .map(|listed| Ok(CustomerRow { level: level(&program, listed.row.spent)?, ..listed.row }));
    Answer::json(200, &Page { items: items.collect::<Outcome<Vec<_>>>()?, next })
}
