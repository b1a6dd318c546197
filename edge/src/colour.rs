//! Colours in whole numbers: how well one is read on another (WCAG 2.2, relative luminance and contrast ratio), and
//! what lies between two.

/// A colour of the screen (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

/// The least contrast for words, in hundredths.
pub(crate) const READABLE: u32 = 450;

/// How much light each value of a channel is, of 1,000,000: `((v / 255 + 0.055) / 1.055) ^ 2.4`, or `v / 255 / 12.92`
/// where that is at most 0.04045.
const LIGHT: [u32; 256] = [
    0, 304, 607, 911, 1214, 1518, 1821, 2125, 2428, 2732, 3035, 3347, 3677, 4025, 4391, 4777, 5182, 5605,
    6049, 6512, 6995, 7499, 8023, 8568, 9134, 9721, 10_330, 10_960, 11_612, 12_286, 12_983, 13_702, 14_444,
    15_209, 15_996, 16_807, 17_642, 18_500, 19_382, 20_289, 21_219, 22_174, 23_153, 24_158, 25_187, 26_241,
    27_321, 28_426, 29_557, 30_713, 31_896, 33_105, 34_340, 35_601, 36_889, 38_204, 39_546, 40_915, 42_311,
    43_735, 45_186, 46_665, 48_172, 49_707, 51_269, 52_861, 54_480, 56_128, 57_805, 59_511, 61_246, 63_010,
    64_803, 66_626, 68_478, 70_360, 72_272, 74_214, 76_185, 78_187, 80_220, 82_283, 84_376, 86_500, 88_656,
    90_842, 93_059, 95_307, 97_587, 99_899, 102_242, 104_616, 107_023, 109_462, 111_932, 114_435, 116_971,
    119_538, 122_139, 124_772, 127_438, 130_136, 132_868, 135_633, 138_432, 141_263, 144_128, 147_027,
    149_960, 152_926, 155_926, 158_961, 162_029, 165_132, 168_269, 171_441, 174_647, 177_888, 181_164,
    184_475, 187_821, 191_202, 194_618, 198_069, 201_556, 205_079, 208_637, 212_231, 215_861, 219_526,
    223_228, 226_966, 230_740, 234_551, 238_398, 242_281, 246_201, 250_158, 254_152, 258_183, 262_251,
    266_356, 270_498, 274_677, 278_894, 283_149, 287_441, 291_771, 296_138, 300_544, 304_987, 309_469,
    313_989, 318_547, 323_143, 327_778, 332_452, 337_164, 341_914, 346_704, 351_533, 356_400, 361_307,
    366_253, 371_238, 376_262, 381_326, 386_429, 391_572, 396_755, 401_978, 407_240, 412_543, 417_885,
    423_268, 428_690, 434_154, 439_657, 445_201, 450_786, 456_411, 462_077, 467_784, 473_531, 479_320,
    485_150, 491_021, 496_933, 502_886, 508_881, 514_918, 520_996, 527_115, 533_276, 539_479, 545_724,
    552_011, 558_340, 564_712, 571_125, 577_580, 584_078, 590_619, 597_202, 603_827, 610_496, 617_207,
    623_960, 630_757, 637_597, 644_480, 651_406, 658_375, 665_387, 672_443, 679_542, 686_685, 693_872,
    701_102, 708_376, 715_694, 723_055, 730_461, 737_910, 745_404, 752_942, 760_525, 768_151, 775_822,
    783_538, 791_298, 799_103, 806_952, 814_847, 822_786, 830_770, 838_799, 846_873, 854_993, 863_157,
    871_367, 879_622, 887_923, 896_269, 904_661, 913_099, 921_582, 930_111, 938_686, 947_307, 955_973,
    964_686, 973_445, 982_251, 991_102, 1_000_000,
];

impl Colour {
    const BLACK: Self = Self([0x10, 0x14, 0x13]);
    const WHITE: Self = Self([0xff; 3]);

    /// From its three bytes.
    pub(crate) const fn of(bytes: [u8; 3]) -> Self {
        Self(bytes)
    }

    /// `#rgb` or `#rrggbb`, and nothing else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#')?;
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(hex, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        match hex.len() {
            6 => Some(Self([red, green, blue])),
            3 => {
                let twice = |nibble: u8| (nibble & 15).saturating_mul(17);
                Some(Self([twice(green), twice(blue >> 4), twice(blue)]))
            }
            _ => None,
        }
    }

    /// As CSS reads it.
    pub(crate) fn hex(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Relative luminance, of 10,000,000,000.
    fn luminance(self) -> u64 {
        let Self(channels) = self;
        let weights = [2126_u64, 7152, 722];
        let light = |channel: u8| LIGHT.get(usize::from(channel)).copied().unwrap_or_default();
        let each = channels
            .into_iter()
            .zip(weights)
            .map(|(channel, weight)| weight.saturating_mul(light(channel).into()));
        each.fold(0, u64::saturating_add)
    }

    /// How well one is read on the other: `(L1 + 0.05) / (L2 + 0.05)`, in hundredths, rounded down.
    pub(crate) fn contrast(self, other: Self) -> u32 {
        let flare = 500_000_000_u64;
        let (one, two) = (self.luminance().saturating_add(flare), other.luminance().saturating_add(flare));
        let ratio = one.max(two).saturating_mul(100).checked_div(one.min(two));
        ratio.and_then(|ratio| u32::try_from(ratio).ok()).unwrap_or(100)
    }

    /// White where it can be read on it, or else black: one of them always can.
    pub(crate) fn words(self) -> Self {
        let mut fit = [Self::WHITE, Self::BLACK].into_iter().filter(|words| words.contrast(self) >= READABLE);
        fit.next().unwrap_or(Self([0; 3]))
    }

    /// So many hundredths of another colour, and the rest of this one.
    pub(crate) fn with(self, other: Self, percent: u32) -> Self {
        let part = |(own, others): (u8, u8)| {
            let rest = 100_u32.saturating_sub(percent).saturating_mul(own.into());
            let mixed = rest.saturating_add(percent.saturating_mul(others.into())).saturating_add(50) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        let mut mixed = self.0;
        mixed.iter_mut().zip(self.0.into_iter().zip(other.0)).for_each(|(to, both)| *to = part(both));
        Self(mixed)
    }

    /// This colour as words on each of these, with as much of the text's colour as it takes to be read there.
    pub(crate) fn readable_on(self, grounds: &[Self], text: Self) -> Self {
        let steps = (0..=10).map(|step: u32| self.with(text, step.saturating_mul(10)));
        let mut readable =
            steps.filter(|colour| grounds.iter().all(|ground| colour.contrast(*ground) >= READABLE));
        readable.next().unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        let Some(colour) = Colour::read(text) else { unreachable!("{text} is a colour") };
        colour
    }

    #[test]
    fn only_colours_are_colours() {
        for (text, hex) in
            [("#fff", "#ffffff"), ("#0F6b63", "#0f6b63"), ("#1a2", "#11aa22"), ("#000", "#000000")]
        {
            assert_eq!(colour(text).hex(), hex);
        }
        for wrong in [
            "",
            "#",
            "fff",
            "#ff",
            "#ffff",
            "#fffffff",
            "red",
            "#ggg",
            "#+12345",
            "#fff;x:url(y)",
            "#é1",
            "rgb(0,0,0)",
        ] {
            assert_eq!(Colour::read(wrong), None, "{wrong}");
        }
    }

    /// Against numbers of WCAG's own examples and of browsers' tools.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, other, ratio) in [
            ("#000", "#fff", 2100),
            ("#fff", "#fff", 100),
            ("#777777", "#fff", 447),
            ("#767676", "#fff", 454),
            ("#0f6b63", "#fff", 635),
            ("#ff0000", "#fff", 399),
            ("#0000ff", "#fff", 859),
            ("#595959", "#fff", 700),
        ] {
            assert_eq!(colour(one).contrast(colour(other)), ratio, "{one} on {other}");
            assert_eq!(colour(other).contrast(colour(one)), ratio);
        }
    }

    #[test]
    fn words_can_be_read_on_every_colour() {
        for (ground, words) in
            [("#0f6b63", "#ffffff"), ("#ffd34d", "#101413"), ("#fff", "#101413"), ("#000", "#ffffff")]
        {
            assert_eq!(colour(ground).words().hex(), words, "{ground}");
        }
        for grey in 0..=u8::MAX {
            let ground = Colour::of([grey; 3]);
            assert!(ground.words().contrast(ground) >= READABLE, "{grey}");
        }
    }

    #[test]
    #[allow(
        clippy::float_arithmetic,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the table is held to its formula"
    )]
    fn the_table_is_the_formula() {
        for (value, light) in (0_u32..).zip(LIGHT) {
            let share = f64::from(value) / 255.0;
            let exact = if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) };
            assert_eq!(light, (exact * 1e6).round() as u32, "{value}");
        }
    }

    #[test]
    fn words_on_any_colour_can_be_read() {
        for number in (0..0x0100_0000_u32).step_by(4099) {
            let [_, bytes @ ..] = number.to_be_bytes();
            let any = Colour::of(bytes);
            assert!(any.words().contrast(any) >= READABLE, "{any:?}");
            for (surface, text) in [("#ffffff", "#1b1f1e"), ("#1b201f", "#eef2f0")] {
                let (surface, text) = (colour(surface), colour(text));
                assert!(any.readable_on(&[surface], text).contrast(surface) >= READABLE, "{any:?}");
            }
        }
    }
}
