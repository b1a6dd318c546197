//! Pictures that would do something, if anybody let them (S4.1).

use std::fmt::Write;

use fidela_pictures::{Fault, Kind, Limits, Picture, read, svg};

const LIMITS: Limits = Limits {
    kinds: &[Kind::Png, Kind::WebP, Kind::Svg],
    bytes: 64 << 10,
    min: (32, 32),
    max_side: 1024,
    tallest: (3, 4),
    widest: (4, 3),
};

/// Each with a shape that is harmless, so that something is left.
fn around(what: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 24 24\">\
         <path d=\"M1 1h9\"/>{what}</svg>"
    )
}

/// What the API tests and the browser tests upload as well.
const HOSTILE: &str = include_str!("hostile.txt");

fn hostile() -> impl Iterator<Item = &'static str> {
    HOSTILE.split("\n---\n").map(str::trim).filter(|one| !one.is_empty())
}

#[test]
fn nothing_that_could_run_or_reach_out_is_left() {
    assert!(hostile().count() >= 40, "{}", hostile().count());
    let bad = [
        "script",
        "javascript",
        "onload",
        "onclick",
        "onerror",
        "onbegin",
        "foreign",
        "iframe",
        "http://e",
        "https://",
        "//evil",
        "data:",
        "@import",
        "<set",
        "<animate",
        "<image",
        "<a",
        "expression",
        "feimage",
        "entity",
        "doctype",
        "<?",
        "embed",
        "handler",
        "image-set",
        "\\",
        "evil",
    ];
    for source in hostile() {
        let whole = if source.contains("<svg") { source.to_owned() } else { around(source) };
        match svg::clean(&whole) {
            Ok(clean) => {
                let low = clean.text.to_lowercase();
                for word in bad {
                    assert!(!low.contains(word), "{word} is left of {source}\n{}", clean.text);
                }
                // What was written can be read, and is written the same again.
                let again = svg::clean(&clean.text).unwrap();
                assert_eq!(again.text, clean.text, "{source}");
                assert!(again.removed.is_empty(), "{source}: {:?}", again.removed);
            }
            Err(Fault::Broken(_) | Fault::Empty | Fault::UnknownType { .. }) => {}
            Err(fault) => panic!("{source}: {fault}"),
        }
    }
}

#[test]
fn what_draws_stays() {
    let source = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \
        \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><!-- Generator -->\
        <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
        xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" width=\"48px\" height=\"36\" inkscape:version=\"1\">\
        <inkscape:view/><title>A &lt;b&gt; &amp; c</title><style>/* x */.a{fill:#F00;stroke-width:2px}.b,.c{fill:url(#g)}</style>\
        <defs><linearGradient id=\"g\"><stop offset=\"0\" stop-color=\"rgb(1, 2, 3)\"/></linearGradient>\
        <linearGradient id=\"h\" xlink:href=\"#g\"/><path id=\"p\" d=\"M0 0h1\"/></defs>\
        <g class=\"a\" transform=\"translate(1 2) rotate(45)\" style=\"fill : url('#g') ; fill-rule:evenodd\">\
        <use xlink:href=\"#p\"/><rect width=\"1\" height=\"2\" fill=\"currentColor\"/></g></svg>";
    let clean = svg::clean(source).unwrap();
    assert_eq!((clean.width, clean.height), (48, 36));
    assert_eq!(clean.removed, Vec::<String>::new());
    assert_eq!(
        clean.text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 36\" width=\"48px\" height=\"36\">\
         <title>A &lt;b&gt; &amp; c</title>\
         <style>.a{fill:#F00;stroke-width:2px;}.b,.c{fill:url(#g);}</style>\
         <defs><linearGradient id=\"g\"><stop offset=\"0\" stop-color=\"rgb(1, 2, 3)\"></stop></linearGradient>\
         <linearGradient id=\"h\" href=\"#g\"></linearGradient><path id=\"p\" d=\"M0 0h1\"></path></defs>\
         <g class=\"a\" transform=\"translate(1 2) rotate(45)\" style=\"fill:url('#g');fill-rule:evenodd;\">\
         <use href=\"#p\"></use><rect width=\"1\" height=\"2\" fill=\"currentColor\"></rect></g></svg>"
    );
}

#[test]
fn what_was_taken_out_is_told() {
    let clean = svg::clean(&around(
        "<script>x()</script><path onclick=\"x()\" style=\"fill:red;background:url(//e)\" d=\"M0 0\"/>\
         <use href=\"https://e/#a\"/>",
    ))
    .unwrap();
    assert_eq!(clean.removed, ["onclick", "script", "style:background", "use"]);
    // What is read out stays text.
    let clean = svg::clean(&around("<title><![CDATA[</title><script>x()</script>]]></title>")).unwrap();
    assert!(
        clean.text.contains("<title>&lt;/title&gt;&lt;script&gt;x()&lt;/script&gt;</title>"),
        "{}",
        clean.text
    );
}

#[test]
fn sizes_and_shapes_are_looked_at() {
    let svg =
        |head: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {head}><path d=\"M0 0h1\"/></svg>");
    let size = |head: &str| svg::clean(&svg(head)).map(|clean| (clean.width, clean.height));
    assert_eq!(size("viewBox=\"0 0 24 24.5\""), Ok((24, 25)));
    assert_eq!(size("viewBox=\"-1,-1, .4 .5\""), Ok((1, 1)));
    assert_eq!(size("width=\"10\" height=\"12.4px\""), Ok((10, 12)));
    for wrong in [
        "",
        "viewBox=\"\"",
        "viewBox=\"0 0 24\"",
        "viewBox=\"0 0 0 24\"",
        "viewBox=\"0 0 -1 24\"",
        "viewBox=\"0 0 1e9 24\"",
        "viewBox=\"0 0 99999999999999999999 24\"",
        "width=\"100%\" height=\"100%\"",
    ] {
        assert!(matches!(size(wrong), Err(Fault::Broken(_))), "{wrong}");
    }
    let told = |head: &str| read(svg(head).as_bytes(), Some(Kind::Svg), &LIMITS);
    assert!(told("viewBox=\"0 0 40 30\"").is_ok());
    assert!(told("viewBox=\"0 0 30 40\"").is_ok());
    assert_eq!(told("viewBox=\"0 0 41 30\"").unwrap_err().word(), "ratio");
    assert_eq!(told("viewBox=\"0 0 3 1000\"").unwrap_err().word(), "ratio");
}

/// A PNG of one colour, with checksums that nobody here looks at.
fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", &[1, 2, 3]), chunk(b"IEND", &[])]
        .concat()
}

/// A lossless WebP's container, with a head that tells its size.
fn webp(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | ((height - 1) << 14);
    let data = [&[0x2f][..], &bits.to_le_bytes(), &[0; 3]].concat();
    let length = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    [b"RIFF", &length(data.len() + 12)[..], b"WEBPVP8L", &length(data.len()), &data].concat()
}

#[test]
fn bytes_decide_what_a_picture_is() {
    let good: [(Kind, Vec<u8>); 2] = [(Kind::Png, png(64, 48)), (Kind::WebP, webp(64, 48))];
    for (kind, bytes) in good {
        let picture = read(&bytes, Some(kind), &LIMITS).unwrap();
        assert_eq!(picture, Picture { kind, width: 64, height: 48, bytes: bytes.clone(), removed: vec![] });
        for told in [None, Some(Kind::Svg)] {
            assert_eq!(read(&bytes, told, &LIMITS), Err(Fault::WrongType { actual: kind }));
        }
        // Cut off anywhere, or with something behind it, it is not whole.
        for length in 0..bytes.len() {
            let fault = read(&bytes[..length], Some(kind), &LIMITS).unwrap_err();
            assert!(matches!(fault, Fault::Broken(_) | Fault::UnknownType { .. }), "{length}: {fault}");
        }
        let longer = [&bytes[..], b"<script>"].concat();
        assert_eq!(read(&longer, Some(kind), &LIMITS).unwrap_err().word(), "broken");
    }
    for (width, height, word) in
        [(31, 32, "size"), (1025, 1024, "size"), (128, 95, "ratio"), (32, 43, "ratio")]
    {
        assert_eq!(read(&png(width, height), Some(Kind::Png), &LIMITS).unwrap_err().word(), word);
    }
    for (width, height) in [(32, 32), (1024, 1024), (1024, 768), (128, 96)] {
        read(&png(width, height), Some(Kind::Png), &LIMITS).unwrap();
        read(&webp(width, height), Some(Kind::WebP), &LIMITS).unwrap();
    }
    for other in [&b"GIF89a"[..], b"", b"\xff\xd8\xff", b"%PDF", b"{}", b"\xff\xfe<\0s\0v\0g\0"] {
        assert_eq!(read(other, Some(Kind::Png), &LIMITS).unwrap_err().word(), "unknown_type");
    }
    let html = b"<!doctype html><script>x()</script>";
    assert!(read(html, Some(Kind::Svg), &LIMITS).is_err());
    assert_eq!(Kind::of_media_type("Image/SVG+xml; charset=utf-8"), Some(Kind::Svg));
    assert_eq!(Kind::of_media_type("text/html"), None);
    assert_eq!(read(&vec![b'<'; (64 << 10) + 1], Some(Kind::Svg), &LIMITS).unwrap_err().word(), "too_large");
}

#[test]
fn what_is_deep_wide_or_long_ends_soon() {
    let deep = around(&"<g>".repeat(8_000));
    assert!(svg::clean(&deep).is_err());
    let deep = around(&format!("{}{}", "<g>".repeat(2_000), "</g>".repeat(2_000)));
    assert!(matches!(svg::clean(&deep), Err(Fault::Broken(_))));
    let wide = around(&"<g/>".repeat(8_000));
    assert!(matches!(svg::clean(&wide), Err(Fault::Broken(_))));
    // Six pictures that use each other ten times each are a million.
    let mut bomb = String::from("<g id=\"u0\"><path d=\"M0 0h1\"/></g>");
    for n in 1..7 {
        let uses = format!("<use href=\"#u{}\"/>", n - 1).repeat(10);
        let _ = write!(bomb, "<g id=\"u{n}\">{uses}</g>");
    }
    let clean = svg::clean(&around(&format!("{bomb}<use href=\"#u6\"/>"))).unwrap();
    assert_eq!(clean.text.matches("<use").count(), 10, "only what uses nothing is used");
    assert_eq!(clean.removed, ["use"]);
}
