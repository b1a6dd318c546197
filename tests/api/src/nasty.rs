//! Strings that would do something, if a page let them: made of fragments, the same ones each time.

/// What they are made of.
const FRAGMENTS: [&str; 48] = [
    "<script>x()</script>",
    "</script>",
    "<img src=x onerror=x()>",
    "<svg/onload=x()>",
    "</style><script>",
    "<style>*{display:none}</style>",
    "</title><script>x()</script>",
    "</textarea>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<a href=\"javascript:x()\">",
    "<iframe srcdoc='<script>x()</script>'>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "<form action=//evil.example>",
    "<fidela-panel view=x>",
    "\"",
    "'",
    "`",
    "=",
    ">",
    "<",
    "/>",
    "\" onmouseover=\"x()",
    "' onfocus='x()' autofocus='",
    "\" content=\"evil",
    "&quot;",
    "&#60;script&#62;",
    "&lt;b&gt;",
    "&",
    "&amp;amp;",
    "\\",
    "\\u003cscript\\u003e",
    "url(//evil.example)",
    "expression(x())",
    "}body{background:red}",
    "javascript:x()",
    "data:text/html,<script>x()</script>",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}\u{200f}",
    "e\u{301}\u{301}\u{301}\u{301}",
    "\u{1f1f7}\u{1f1f4}\u{200d}",
    "ẞẞẞẞẞẞẞẞẞẞẞẞẞẞẞẞ",
    "Set-Cookie: x=1",
];

/// So many of them, none of them blank or longer than `most` characters.
pub fn nasty(count: usize, most: usize) -> impl Iterator<Item = String> {
    // A linear congruential generator is as random as this has to be.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    (0..count).map(move |n| {
        let mut text = FRAGMENTS[n % FRAGMENTS.len()].to_owned();
        // Each alone, then together; now and then as long as may be.
        if n >= FRAGMENTS.len() {
            let parts = if n % 97 == 0 { most } else { 1 + next(5) };
            for _ in 0..parts {
                text.push_str(FRAGMENTS[next(FRAGMENTS.len())]);
                if next(3) == 0 {
                    text.push(' ');
                }
            }
        }
        text.chars().take(most).collect()
    })
}
