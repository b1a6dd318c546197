//! Fields for numbers, money and percents, as people type them.

use leptos::prelude::*;

use super::fields::TextField;
use crate::texts::{self, t};

/// A number as it is typed and as it is kept: while somebody types, what they typed stands as it is.
#[component]
fn Typed(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<Option<i64>>,
    #[prop(into)] on_change: Callback<Option<i64>>,
    #[prop(into)] help: String,
    #[prop(into)] error: MaybeProp<String>,
    #[prop(into)] unit: MaybeProp<String>,
    digits: usize,
) -> impl IntoView {
    let typed = RwSignal::new(None::<String>);
    let unreadable = RwSignal::new(false);
    let shown = Signal::derive(move || {
        typed.get().unwrap_or_else(|| value.get().map_or_else(String::new, |number| written(number, digits)))
    });
    let error =
        MaybeProp::derive(move || if unreadable.get() { Some(t("shell.not_a_number")) } else { error.get() });
    view! {
        <TextField
            label=label
            value=shown
            help=help
            error=error
            unit=unit
            inputmode=if digits == 0 { "numeric" } else { "decimal" }
            on_input=move |text: String| {
                let read = read_number(&text, digits);
                unreadable.set(read.is_err());
                typed.set(Some(text));
                if let Ok(number) = read {
                    on_change.run(number);
                }
            }
            on_leave=move |()| {
                if !unreadable.get_untracked() {
                    typed.set(None);
                }
            }
        />
    }
}

/// Minor units as they are typed: with the point of the reader's language where that is a comma.
pub(crate) fn written(number: i64, digits: usize) -> String {
    let text = fidela_ui::decimal::of_minor(number, digits);
    let text = match text.split_once('.') {
        // 12.00 is 12.
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => text,
    };
    if matches!(texts::locale(), "en") { text } else { text.replace('.', ",") }
}

/// What was typed is no number, or has more digits after its point than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoNumber;

/// What was typed, as a number with so many digits after its point: nothing where nothing was typed. A point and a comma are the same, whichever the reader's language has; groups are parted by spaces or by
/// the one of both that comes first.
pub(crate) fn read_number(text: &str, digits: usize) -> Result<Option<i64>, NoNumber> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\'').collect();
    if text.is_empty() {
        return Ok(None);
    }
    let negative = text.starts_with(['-', '−']);
    let text = text.trim_start_matches(['-', '−', '+']);
    let last = text.rfind([',', '.']);
    let (whole, fraction) = match last {
        // A single mark with three digits behind it parts groups where the number has no such fraction.
        Some(at) => {
            let (whole, fraction) = text.split_at(at);
            let fraction = fraction.get(1..).unwrap_or_default();
            let parts_groups = fraction.len() == 3 && digits < 3;
            if parts_groups { (text, "") } else { (whole, fraction) }
        }
        None => (text, ""),
    };
    let whole: String = whole.chars().filter(|letter| !matches!(letter, ',' | '.')).collect();
    let fraction = fraction.trim_end_matches('0');
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty()
        || !is_digits(&whole)
        || !is_digits(fraction)
        || fraction.len() > digits
    {
        return Err(NoNumber);
    }
    let number: i64 = format!("{whole}{fraction:0<digits$}").parse().map_err(|_| NoNumber)?;
    Ok(Some(if negative { -number } else { number }))
}

/// A whole number.
#[component]
pub fn NumberField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// What is in it.
    #[prop(into)]
    value: Signal<Option<i64>>,
    /// Takes what was typed, as soon as it can be read; `None`: nothing.
    #[prop(into)]
    on_change: Callback<Option<i64>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// What stands behind it.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
) -> impl IntoView {
    view! { <Typed label value on_change help error unit digits=0 /> }
}

/// Money of the store's currency, in minor units, typed as people write it.
#[component]
pub fn MoneyField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// Minor units.
    #[prop(into)]
    value: Signal<Option<i64>>,
    /// Takes minor units.
    #[prop(into)]
    on_change: Callback<Option<i64>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The currency (ISO 4217), where it is another than the store's.
    #[prop(optional, into)]
    currency: MaybeProp<String>,
) -> impl IntoView {
    let formats = texts::formats();
    let unit = MaybeProp::derive(move || Some(currency.get().unwrap_or_else(texts::currency)));
    view! { <Typed label value on_change help error unit digits=formats.digits() /> }
}

/// A share, in basis points, typed in percent.
#[component]
pub fn PercentField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// Basis points.
    #[prop(into)]
    value: Signal<Option<i64>>,
    /// Takes basis points.
    #[prop(into)]
    on_change: Callback<Option<i64>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
) -> impl IntoView {
    view! { <Typed label value on_change help error unit="%" digits=2 /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let check = |text: &str, digits, number: Result<Option<i64>, NoNumber>| {
            assert_eq!(read_number(text, digits), number, "{text}");
        };
        check("", 2, Ok(None));
        check(" 12 ", 2, Ok(Some(1_200)));
        check("12,5", 2, Ok(Some(1_250)));
        check("12.50", 2, Ok(Some(1_250)));
        check("1.234,56", 2, Ok(Some(123_456)));
        check("1,234.56", 2, Ok(Some(123_456)));
        check("1 234,56", 2, Ok(Some(123_456)));
        check("1.234", 2, Ok(Some(123_400)));
        check("1,000", 0, Ok(Some(1_000)));
        check("1.5", 0, Err(NoNumber));
        check("0.125", 3, Ok(Some(125)));
        check("12.345", 2, Ok(Some(1_234_500)));
        check("12.3456", 2, Err(NoNumber));
        check("-3", 0, Ok(Some(-3)));
        check("abc", 2, Err(NoNumber));
        check(",", 2, Err(NoNumber));
        check("99999999999999999999", 0, Err(NoNumber));
    }
}
