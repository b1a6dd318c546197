//! A letter as HTML, in the way that mail clients need it: one column of tables with the style in each element, and
//! a style sheet for what only some of them know (dark colours).

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::colour::Colour;

/// Everything that a letter shows.
pub(super) struct Frame<'a> {
    pub(super) locale: &'static str,
    pub(super) store: String,
    pub(super) subject: String,
    pub(super) hero: Hero,
    pub(super) paragraphs: Vec<Markup>,
    /// What a list of letters shows beside the subject.
    pub(super) preheader: String,
    /// Label and amount.
    pub(super) balance: Option<(String, String)>,
    /// Label and address.
    pub(super) button: Option<(String, String)>,
    /// Small print under the letter.
    pub(super) note: Option<String>,
    /// Lines of the merchant's.
    pub(super) footer: String,
    pub(super) why: String,
    /// Label and address.
    pub(super) unsubscribe: Option<(String, String)>,
    /// The store's colours.
    pub(super) theme: &'a BTreeMap<String, String>,
}

/// What stands large at the head.
pub(super) struct Hero {
    pub(super) about: String,
    pub(super) number: String,
    pub(super) unit: String,
}

/// The widget's own colours, where the store has none.
const ACCENT: Colour = Colour::of([0x0f, 0x6b, 0x63]);

/// Dark colours, and less room on a phone. Everything else stands in the elements.
const STYLE: &str = "
:root{color-scheme:light dark;supported-color-schemes:light dark}
a{color:inherit}
@media(max-width:480px){.pad{padding-left:24px!important;padding-right:24px!important}.number{font-size:44px!important}.long{font-size:28px!important}}
@media(prefers-color-scheme:dark){.page{background:#101413!important}.card{background:#1b201f!important}
.text{color:#eef2f0!important}.soft{color:#a7b1ae!important}.box{background:#262c2b!important}}
";
const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// A colour of the store's, if it is one: nothing else may stand in a style.
fn colour(theme: &BTreeMap<String, String>, name: &str) -> Option<Colour> {
    Colour::read(theme.get(name)?)
}

/// The whole letter.
pub(super) fn letter(frame: &Frame<'_>) -> String {
    let Frame { hero, unsubscribe, .. } = frame;
    let accent = colour(frame.theme, "accent").unwrap_or(ACCENT);
    let on_accent = colour(frame.theme, "on-accent").unwrap_or_else(|| accent.words()).hex();
    let accent = accent.hex();
    let page = html! {
        (DOCTYPE)
        html lang=(frame.locale) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                // Numbers are not telephone numbers, and days are not appointments.
                meta name="format-detection" content="telephone=no, date=no, address=no, email=no";
                title { (frame.subject) }
                style { (PreEscaped(STYLE)) }
            }
            body class="page" style="margin:0;padding:0;background:#f1f3f2;-webkit-text-size-adjust:100%" {
                div style="display:none;max-height:0;overflow:hidden;opacity:0" aria-hidden="true" { (frame.preheader) }
                table.page role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f1f3f2" {
                    tr { td align="center" style="padding:32px 12px" {
                        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px" {
                            tr { td.pad.text style={ "padding:0 40px 20px;" (FONT) ";font-size:17px;line-height:24px;font-weight:600;color:#1b1f1e" } {
                                (frame.store)
                            } }
                            tr { td.card style="background:#ffffff;border-radius:20px;overflow:hidden" {
                                (card(frame, hero, &accent, &on_accent))
                            } }
                            tr { td.pad.soft dir="auto" style={ "padding:24px 40px 0;" (FONT) ";font-size:13px;line-height:20px;color:#5b6562" } {
                                @if let Some(note) = &frame.note {
                                    p dir="auto" style="margin:0 0 12px" { (note) }
                                }
                                @if !frame.footer.is_empty() {
                                    p dir="auto" style="margin:0 0 12px" {
                                        @for (i, line) in frame.footer.trim().lines().enumerate() {
                                            @if i > 0 { br; }
                                            (line)
                                        }
                                    }
                                }
                                p style="margin:0 0 12px" { (frame.why) }
                                @if let Some((leave, url)) = unsubscribe {
                                    p style="margin:0" {
                                        a.soft href=(url) target="_blank" style="color:#5b6562;text-decoration:underline" { (leave) }
                                    }
                                }
                            } }
                        }
                    } }
                }
            }
        }
    };
    page.into_string()
}

/// A long amount still fits on a phone.
fn is_long(number: &str) -> bool {
    number.chars().count() > 8
}

fn size(number: &str) -> &'static str {
    if is_long(number) { "40px" } else { "56px" }
}

fn card(frame: &Frame<'_>, hero: &Hero, accent: &str, on_accent: &str) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" {
            tr { td.pad style={ "padding:36px 40px;background:" (accent) ";border-radius:20px 20px 0 0;" (FONT) ";color:" (on_accent) } {
                p dir="auto" style={ "margin:0 0 8px;font-size:17px;line-height:24px;color:" (on_accent) } { (hero.about) }
                p.number.long[is_long(&hero.number)] style={ "margin:0;font-size:" (size(&hero.number)) ";line-height:1.1;font-weight:700;letter-spacing:-0.02em;color:" (on_accent) } {
                    (hero.number)
                    @if !hero.unit.is_empty() {
                        span style="font-size:20px;font-weight:600;letter-spacing:0" { "\u{a0}" (hero.unit) }
                    }
                }
            } }
            tr { td.pad.text dir="auto" style={ "padding:32px 40px 8px;" (FONT) ";font-size:16px;line-height:26px;color:#1b1f1e;overflow-wrap:anywhere" } {
                @for paragraph in &frame.paragraphs {
                    p dir="auto" style="margin:0 0 20px" { (paragraph) }
                }
            } }
            @if let Some((label, amount)) = &frame.balance {
                tr { td.pad style="padding:0 40px 20px" {
                    table.box role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f1f3f2;border-radius:12px" {
                        tr {
                            td.soft style={ "padding:14px 18px;" (FONT) ";font-size:15px;line-height:22px;color:#5b6562" } { (label) }
                            td.text align="right" style={ "padding:14px 18px;" (FONT) ";font-size:15px;line-height:22px;font-weight:600;color:#1b1f1e" } { (amount) }
                        }
                    }
                } }
            }
            tr { td.pad style="padding:8px 40px 36px" {
                @if let Some((label, url)) = &frame.button {
                    table role="presentation" cellpadding="0" cellspacing="0" border="0" { tr {
                        td style={ "background:" (accent) ";border-radius:12px" } {
                            a href=(url) target="_blank" style={ "display:inline-block;padding:13px 26px;" (FONT) ";font-size:16px;line-height:22px;font-weight:600;text-decoration:none;color:" (on_accent) } { (label) }
                        }
                    } }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_are_colours() {
        let theme = |value: &str| BTreeMap::from([("accent".to_owned(), value.to_owned())]);
        for (value, ok) in
            [("#fff", true), ("#0F6b63", true), ("red", false), ("#fff;x:url(y)", false), ("#ggg", false)]
        {
            assert_eq!(colour(&theme(value), "accent").is_some(), ok, "{value}");
        }
    }
}
