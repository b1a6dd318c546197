//! Pictures of numbers. Shapes are SVG that stretches with its box, words stand beside it as text; each picture says in
//! a sentence what it shows, and whoever uses it puts the same numbers into a table.

use std::fmt::Write as _;

use leptos::html;
use leptos::prelude::*;

use super::fields::next_id;

/// One line, or one kind of bar, of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it is, as people read it.
    pub name: String,
    /// Which of the six colours, from 1.
    pub colour: u8,
    /// A number for each place; of bars, what is below zero hangs down.
    pub values: Vec<i64>,
}

/// How places are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A line over a filled ground.
    Area,
    /// Bars, one on the other.
    Bars,
}

/// The height of a picture's own grid; its width is so many for each place.
const HEIGHT: i64 = 1_000;
const PLACE: i64 = 100;

/// The next round number at which an axis ends: 1, 2 or 5, and zeros.
fn round_up(most: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for times in [1, 2, 5] {
            let end = unit.saturating_mul(times);
            if end >= most {
                return end;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// The lowest and the highest that is shown.
fn ends(series: &[Series], shape: Shape, places: usize) -> (i64, i64) {
    let (mut low, mut high) = (0_i64, 1_i64);
    for place in 0..places {
        let values = series.iter().filter_map(|one| one.values.get(place).copied());
        let (up, down) = match shape {
            Shape::Area => values.fold((0, 0), |(up, down), n: i64| (up.max(n), down.min(n))),
            Shape::Bars => values.fold((0_i64, 0_i64), |(up, down), n| {
                if n > 0 { (up.saturating_add(n), down) } else { (up, down.saturating_add(n)) }
            }),
        };
        high = high.max(up);
        low = low.min(down);
    }
    let low = if low < 0 { -round_up(low.saturating_neg()) } else { 0 };
    (low, round_up(high))
}

/// Where a number is on the picture's grid, from above.
fn height_of(n: i64, (low, high): (i64, i64)) -> i64 {
    let span = i128::from(high) - i128::from(low);
    let from_top = (i128::from(high) - i128::from(n)) * i128::from(HEIGHT) / span.max(1);
    i64::try_from(from_top).unwrap_or(0)
}

fn middle(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(0).saturating_mul(PLACE).saturating_add(PLACE / 2)
}

fn area(one: &Series, ends: (i64, i64)) -> AnyView {
    let points: Vec<String> = one
        .values
        .iter()
        .enumerate()
        .map(|(place, n)| format!("{} {}", middle(place), height_of(*n, ends)))
        .collect();
    let line = format!("M{}", points.join("L"));
    let floor = height_of(0, ends);
    let last = middle(one.values.len().saturating_sub(1));
    let ground = format!("{line}L{last} {floor}L{} {floor}Z", middle(0));
    view! {
        <g class=format!("series s{}", one.colour)>
            <path class="ground" d=ground />
            <path class="line" d=line />
        </g>
    }
    .into_any()
}

fn bars(series: &[Series], ends: (i64, i64), places: usize) -> AnyView {
    let mut paths: Vec<String> = vec![String::new(); series.len()];
    // Narrow enough to be told apart, wide enough to be seen.
    let gap = if places > 120 { 4 } else { 14 };
    for place in 0..places {
        let (mut up, mut down) = (0_i64, 0_i64);
        for (one, path) in series.iter().zip(&mut paths) {
            let n = one.values.get(place).copied().unwrap_or(0);
            if n == 0 {
                continue;
            }
            let base = if n > 0 { &mut up } else { &mut down };
            let from = *base;
            *base = base.saturating_add(n);
            let (top, bottom) = (height_of(from.max(*base), ends), height_of(from.min(*base), ends));
            let left = middle(place).saturating_sub(PLACE / 2).saturating_add(gap);
            let right = middle(place).saturating_add(PLACE / 2).saturating_sub(gap);
            let _ = write!(path, "M{left} {bottom}V{top}H{right}V{bottom}Z");
        }
    }
    let shapes: Vec<_> = series
        .iter()
        .zip(paths)
        .map(|(one, path)| view! { <path class=format!("chart-bar s{}", one.colour) d=path /> })
        .collect();
    view! { <g>{shapes}</g> }.into_any()
}

/// Numbers over time. `labels` name the places: the first, the middle and the last of them stand below.
#[component]
pub fn Chart(
    /// What is shown, in a sentence.
    #[prop(into)]
    says: String,
    /// The name of each place.
    labels: Vec<String>,
    /// What is shown of each.
    series: Vec<Series>,
    /// How.
    shape: Shape,
    /// Writes a number as people read it.
    #[prop(into)]
    write: Callback<i64, String>,
) -> impl IntoView {
    let places = labels.len();
    let ends = ends(&series, shape, places);
    let width = i64::try_from(places.max(1)).unwrap_or(1).saturating_mul(PLACE);
    let node = NodeRef::<html::Div>::new();
    let at = RwSignal::new(None::<usize>);
    let look = move |event: leptos::ev::PointerEvent| {
        let Some(node) = node.get_untracked() else { return };
        let own = node.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - own.left()) / own.width().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of the width, of some hundred places"
        )]
        let place = (share.clamp(0.0, 0.999_999) * places as f64) as usize;
        at.set(Some(place).filter(|place| *place < places));
    };
    let zero = height_of(0, ends);
    let middle_line = HEIGHT / 2;
    let shapes = match shape {
        Shape::Area => series.iter().map(|one| area(one, ends)).collect::<Vec<_>>(),
        Shape::Bars => vec![bars(&series, ends, places)],
    };
    let legend: Vec<_> = series
        .iter()
        .map(|one| view! { <li><span class=format!("dot s{}", one.colour)></span>{one.name.clone()}</li> })
        .collect();
    let ends_named =
        [labels.first(), labels.get(places / 2).filter(|_| places > 2), labels.last().filter(|_| places > 1)];
    let below: Vec<_> =
        ends_named.into_iter().flatten().map(|name| view! { <span>{name.clone()}</span> }).collect();
    let (low, high) = ends;
    let id = next_id();
    let named = id.clone();
    let shown = StoredValue::new((labels, series));
    view! {
        <figure class="chart">
            <ul class="legend">{legend}</ul>
            <div class="chart-box">
                <div class="chart-axis" aria-hidden="true">
                    <span>{write.run(high)}</span>
                    <span>{write.run(low)}</span>
                </div>
                <div
                    class="chart-field"
                    node_ref=node
                    on:pointermove=look
                    on:pointerdown=look
                    on:pointerleave=move |_| at.set(None)
                >
                    <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-labelledby=named>
                        <title id=id>{says}</title>
                        <path class="grid" d=format!("M0 0H{width}M0 {middle_line}H{width}M0 {HEIGHT}H{width}") />
                        <path class="zero" d=format!("M0 {zero}H{width}") />
                        {shapes}
                        {move || at.get().map(|place| {
                            let x = middle(place);
                            view! { <path class="cross" d=format!("M{x} 0V{HEIGHT}") /> }
                        })}
                    </svg>
                    {move || at.get().map(|place| shown.with_value(|(labels, series)| tip(place, labels, series, write)))}
                </div>
                <div class="chart-below" aria-hidden="true">{below}</div>
            </div>
        </figure>
    }
}

/// What stands at the place that is pointed at.
fn tip(place: usize, labels: &[String], series: &[Series], write: Callback<i64, String>) -> AnyView {
    let lines: Vec<_> = series
        .iter()
        .map(|one| {
            let n = one.values.get(place).copied().unwrap_or(0);
            view! { <li><span class=format!("dot s{}", one.colour)></span>{one.name.clone()}<strong>{write.run(n)}</strong></li> }
        })
        .collect();
    let is_right = place.saturating_mul(2) > labels.len();
    view! {
        <div class="chart-tip" class:left=is_right aria-hidden="true">
            <span class="soft">{labels.get(place).cloned()}</span>
            <ul>{lines}</ul>
        </div>
    }
    .into_any()
}

/// A bar with its name and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it is.
    pub name: String,
    /// How long it is.
    pub length: i64,
    /// What stands behind it.
    pub says: String,
}

/// Bars below each other, each with its name and its number: they can be read without seeing the bars.
#[component]
pub fn BarList(
    /// The bars.
    bars: Vec<Bar>,
) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.length).max().unwrap_or(0).max(1);
    let rows: Vec<_> = bars
        .into_iter()
        .map(|bar| {
            // In hundredths of a percent, so that what is little is still seen.
            let share = i128::from(bar.length.max(0)) * 10_000 / i128::from(most);
            let width = format!("{}.{:02}%", share / 100, share % 100);
            view! {
                <li>
                    <span class="bar-name">{bar.name}</span>
                    <span class="bar-track" aria-hidden="true"><span style:inline-size=width></span></span>
                    <span class="bar-says">{bar.says}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="bar-list">{rows}</ul> }
}
