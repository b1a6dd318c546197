//! Photographs: what a camera and a phone write into them, and what is left of it (S3.16).

use fidela_pictures::{Fault, Kind, Limits, read};

const LIMITS: Limits = Limits {
    kinds: &[Kind::Png, Kind::Jpeg, Kind::WebP],
    bytes: 1_000_000,
    min: (600, 315),
    max_side: 4_096,
    tallest: (1, 1),
    widest: (11, 5),
};

fn segment(mark: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, mark][..], &length, data].concat()
}

/// A camera's notes with a place, and which way up it was held.
fn exif(big: bool, orientation: u16) -> Vec<u8> {
    let two = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let entry = |tag: u16, kind: u16, value: [u8; 4]| [&two(tag)[..], &two(kind), &four(1), &value].concat();
    let short = |n: u16| [two(n)[0], two(n)[1], 0, 0];
    let head = if big { b"MM\0*" } else { b"II*\0" };
    [
        b"Exif\0\0",
        &head[..],
        &four(8),
        &two(2),
        &entry(0x0112, 3, short(orientation)),
        &entry(0x8825, 4, four(38)),
        &four(0),
        b"GPS 44.4268N 26.1025E SECRETPLACE",
    ]
    .concat()
}

/// A JPEG with these segments before its frame. Nobody decodes its pixels here.
fn jpeg(width: u16, height: u16, extra: &[Vec<u8>]) -> Vec<u8> {
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    [
        &[0xff, 0xd8][..],
        &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01RGB"),
        &extra.concat(),
        &segment(0xdb, &[0; 65]),
        &segment(0xc2, &frame),
        &segment(0xc4, &[0; 20]),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        // Pixels, among them what looks like marks and is none.
        &[1, 2, 0xff, 0x00, 3, 0xff, 0xd3, 4, 0xff, 0xff, 0x00, 5],
        &segment(0xc4, &[0; 20]),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        &[9, 9],
        &[0xff, 0xff, 0xd9],
    ]
    .concat()
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn what_a_camera_notes_is_left_out_of_a_jpeg() {
    let bytes = jpeg(
        1200,
        630,
        &[
            segment(0xe1, &exif(true, 1)),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x>SECRETPLACE</x>"),
            segment(0xed, b"Photoshop 3.0\0SECRETPLACE"),
            segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
            segment(0xe2, b"MPF\0SECRETPLACE"),
            segment(0xee, b"Adobe\0\0\0\0\0\0\x01"),
            segment(0xfe, b"SECRETPLACE"),
        ],
    );
    let film = [&bytes[..], b"ftypmp42 SECRETPLACE"].concat();
    for (bytes, more) in [(&bytes, &[][..]), (&film, &["what comes behind its end"][..])] {
        let picture = read(bytes, Some(Kind::Jpeg), &LIMITS).unwrap();
        assert_eq!((picture.kind, picture.width, picture.height), (Kind::Jpeg, 1200, 630));
        assert!(!has(&picture.bytes, b"SECRETPLACE") && !has(&picture.bytes, b"Exif"));
        assert!(has(&picture.bytes, b"ICC_PROFILE\0\x01\x01colours") && has(&picture.bytes, b"Adobe"));
        assert!(has(&picture.bytes, &[1, 2, 0xff, 0x00, 3, 0xff, 0xd3, 4, 0xff, 0xff, 0x00, 5]));
        assert!(picture.bytes.ends_with(&[9, 9, 0xff, 0xff, 0xd9]));
        let told = [&["EXIF", "XMP", "an application's data", "a comment"], more].concat();
        assert_eq!(picture.removed, told);
        // What was cleaned is clean.
        let again = read(&picture.bytes, Some(Kind::Jpeg), &LIMITS).unwrap();
        assert_eq!((again.bytes, again.removed.is_empty()), (picture.bytes, true));
    }
}

#[test]
fn a_photo_does_not_fall_on_its_side() {
    for big in [true, false] {
        for orientation in 2..=8 {
            let on_its_side = orientation >= 5;
            let (width, height) = if on_its_side { (630, 1200) } else { (1200, 630) };
            let bytes = jpeg(width, height, &[segment(0xe1, &exif(big, orientation))]);
            let picture = read(&bytes, Some(Kind::Jpeg), &LIMITS).unwrap();
            assert_eq!((picture.width, picture.height), (1200, 630), "{orientation}");
            assert!(!has(&picture.bytes, b"SECRETPLACE"));
            let only = [
                b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0",
                &[u8::try_from(orientation).unwrap()][..],
            ]
            .concat();
            assert!(has(&picture.bytes, &only), "{orientation}");
        }
    }
    // Notes that cannot be read turn nothing.
    for notes in [
        &b"Exif\0\0"[..],
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"Exif\0\0PNG",
    ] {
        let picture = read(&jpeg(1200, 630, &[segment(0xe1, notes)]), Some(Kind::Jpeg), &LIMITS).unwrap();
        assert!(!has(&picture.bytes, b"Exif"));
    }
}

#[test]
fn a_jpeg_that_is_cut_off_or_of_another_kind_is_refused() {
    let whole = jpeg(1200, 630, &[segment(0xe1, &exif(true, 6))]);
    for length in 0..whole.len() {
        let fault = read(&whole[..length], Some(Kind::Jpeg), &LIMITS).unwrap_err();
        assert!(matches!(fault, Fault::Broken(_) | Fault::UnknownType { .. }), "{length}: {fault}");
    }
    let with = |from: &[u8], to: &[u8]| {
        let at = whole.windows(from.len()).position(|window| window == from).unwrap();
        [&whole[..at], to, &whole[at + from.len()..]].concat()
    };
    let frame = [0xff, 0xc2, 0, 11, 8];
    for (broken, why) in [
        (with(&frame, &[0xff, 0xc3, 0, 11, 8]), "kind that browsers do not show"),
        (with(&frame, &[0xff, 0xc9, 0, 11, 8]), "kind that browsers do not show"),
        (with(&frame, &[0xff, 0xf0, 0, 11, 8]), "no JPEG has"),
        (with(&frame, &[0xff, 0xdb, 0, 11, 8]), "how large"),
        (with(&frame, &[0xff, 0xc2, 0, 1, 8]), "within a segment"),
    ] {
        let fault = read(&broken, Some(Kind::Jpeg), &LIMITS).unwrap_err().to_string();
        assert!(fault.contains(why), "{why}: {fault}");
    }
    let two = jpeg(1200, 630, &[segment(0xc0, &[8, 2, 118, 4, 176, 1, 1, 0x11, 0])]);
    assert!(read(&two, Some(Kind::Jpeg), &LIMITS).unwrap_err().to_string().contains("more than one frame"));
}

#[test]
fn a_shape_that_networks_do_not_show_is_told_with_what_is_asked() {
    let told = |width, height| {
        read(&jpeg(width, height, &[]), Some(Kind::Jpeg), &LIMITS)
            .map(|_| ())
            .map_err(|fault| fault.to_string())
    };
    for (width, height) in [(1200, 630), (600, 600), (600, 315), (2200, 1000), (4096, 4096)] {
        assert_eq!(told(width, height), Ok(()), "{width} × {height}");
    }
    let size = told(599, 315).unwrap_err();
    assert_eq!(size, "it is 599 × 315 pixels; at least 600 × 315 are needed, and at most 4096 a side");
    assert!(told(4097, 2000).unwrap_err().contains("4097"));
    let ratio = told(630, 1200).unwrap_err();
    assert_eq!(ratio, "it is 630 × 1200; its width to its height may be 1:1 to 11:5");
    assert!(told(2201, 1000).is_err());
    assert_eq!(told(600, 601).unwrap_err(), "it is 600 × 601; its width to its height may be 1:1 to 11:5");
}

#[test]
fn png_and_webp_lose_their_notes_as_well() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let head = [&1200_u32.to_be_bytes()[..], &630_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    let png = |notes: &[Vec<u8>]| {
        let (first, rest) =
            (chunk(b"IHDR", &head), [chunk(b"IDAT", &[1, 2, 3]), chunk(b"IEND", &[])].concat());
        [b"\x89PNG\r\n\x1a\n".to_vec(), first, notes.concat(), rest].concat()
    };
    let notes =
        [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"caBX"].map(|kind| chunk(kind, b"SECRETPLACE"));
    let picture = read(&png(&notes), Some(Kind::Png), &LIMITS).unwrap();
    assert_eq!(picture.bytes, png(&[]));
    assert_eq!(picture.removed, ["eXIf", "tEXt", "iTXt", "zTXt", "tIME", "caBX"]);
    let colours = [chunk(b"sRGB", &[0]), chunk(b"pHYs", &[0; 9])];
    assert_eq!(read(&png(&colours), Some(Kind::Png), &LIMITS).unwrap().bytes, png(&colours));

    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let padding = vec![0; data.len() % 2];
        [kind, &length, data, &padding].concat()
    };
    let webp = |flags: u8, notes: &[Vec<u8>]| {
        let extended = chunk(b"VP8X", &[flags, 0, 0, 0, 0xaf, 0x04, 0, 0x75, 0x02, 0]);
        let bits: u32 = 1199 + (629 << 14);
        let pixels = chunk(b"VP8L", &[&[0x2f][..], &bits.to_le_bytes(), &[0; 3]].concat());
        let chunks = [b"WEBP".to_vec(), extended, pixels, notes.concat()].concat();
        [b"RIFF", &u32::try_from(chunks.len()).unwrap().to_le_bytes()[..], &chunks].concat()
    };
    let notes = [b"EXIF", b"XMP ", b"SECR"].map(|kind| chunk(kind, b"SECRETPLACE"));
    let picture = read(&webp(0b0001_1100, &notes), Some(Kind::WebP), &LIMITS).unwrap();
    assert_eq!(picture.bytes, webp(0b0001_0000, &[]));
    assert_eq!((picture.width, picture.height), (1200, 630));
    assert_eq!(picture.removed, ["EXIF", "XMP", "SECR"]);
}
