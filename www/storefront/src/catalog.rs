//! What the shop sells. A small shop: the shelf is part of the program.

use crate::money::{VAT_REDUCED_BPS, VAT_STANDARD_BPS};

/// A kind of goods; its id is what Fidela's rules name in `category_ids`.
pub(crate) struct Category {
    /// The id, also in addresses.
    pub(crate) id: &'static str,
    /// The name that shoppers read.
    pub(crate) name: &'static str,
}

/// Something to buy.
pub(crate) struct Product {
    /// The id, also in addresses and in orders.
    pub(crate) id: &'static str,
    /// The name that shoppers read.
    pub(crate) name: &'static str,
    /// One line below the name.
    pub(crate) tagline: &'static str,
    /// A paragraph for the product's own page.
    pub(crate) description: &'static str,
    /// Short facts: size, weight, care.
    pub(crate) facts: &'static [(&'static str, &'static str)],
    /// What the picture shows, for those who do not see it.
    pub(crate) picture: &'static str,
    /// The categories it belongs to.
    pub(crate) categories: &'static [&'static str],
    /// The price with tax, in bani.
    pub(crate) price: i64,
    /// The rate of tax within the price, in basis points.
    pub(crate) tax_bps: i64,
}

/// The kinds of goods, in the order of the shelf.
pub(crate) const CATEGORIES: [Category; 3] = [
    Category { id: "ceramics", name: "Ceramics" },
    Category { id: "brewing", name: "Brewing" },
    Category { id: "coffee", name: "Coffee" },
];

/// The goods, in the order of the shelf.
pub(crate) const PRODUCTS: [Product; 8] = [
    Product {
        id: "mug-lut",
        name: "Lut mug",
        tagline: "Speckled stoneware, 300 ml",
        description: "Thrown by hand in Horezu and dipped once in a milky glaze, so that the clay shows at the \
                      foot. The handle takes three fingers, even on a cold morning.",
        facts: &[("Holds", "300 ml"), ("Material", "Stoneware"), ("Care", "Dishwasher safe")],
        picture: "A cream stoneware mug with dark speckles and an unglazed terracotta foot.",
        categories: &["ceramics"],
        price: 5_000,
        tax_bps: VAT_STANDARD_BPS,
    },
    Product {
        id: "espresso-pair",
        name: "Pereche cups",
        tagline: "Two espresso cups, 80 ml each",
        description: "A pair that belongs together without being the same: one in sage, one in clay. Thick \
                      walls keep a short coffee warm for a long conversation.",
        facts: &[("Holds", "2 × 80 ml"), ("Material", "Porcelain"), ("Care", "Dishwasher safe")],
        picture: "Two small espresso cups on saucers, one sage green and one terracotta.",
        categories: &["ceramics"],
        price: 9_000,
        tax_bps: VAT_STANDARD_BPS,
    },
    Product {
        id: "bowl-camp",
        name: "Câmp bowl",
        tagline: "Wide serving bowl, 28 cm",
        description: "For salads, for pears, for keys by the door. A band of ochre runs around the rim the way \
                      wheat runs around a village.",
        facts: &[("Width", "28 cm"), ("Material", "Stoneware"), ("Care", "Wash by hand")],
        picture: "A wide blue-grey bowl with an ochre band, holding three pears.",
        categories: &["ceramics"],
        price: 10_000,
        tax_bps: VAT_STANDARD_BPS,
    },
    Product {
        id: "carafe-izvor",
        name: "Izvor carafe",
        tagline: "Glass and cork, 800 ml",
        description: "Borosilicate glass with a collar of cork, so it can be held the moment the coffee is \
                      ready. Pours in a clean thread and never drips on the cloth.",
        facts: &[("Holds", "800 ml"), ("Material", "Glass, cork"), ("Care", "Take the collar off to wash")],
        picture: "A waisted glass carafe half full of coffee, with a cork collar.",
        categories: &["brewing"],
        price: 18_000,
        tax_bps: VAT_STANDARD_BPS,
    },
    Product {
        id: "dripper-con",
        name: "Con dripper",
        tagline: "Pour-over cone for two cups",
        description: "Spiral ribs inside let the water take its time. Fits every paper cone of size 02 and \
                      sits on mugs as happily as on the carafe.",
        facts: &[("Size", "02, two cups"), ("Material", "Ceramic"), ("Care", "Dishwasher safe")],
        picture: "A terracotta pour-over cone standing on a cream mug.",
        categories: &["ceramics", "brewing"],
        price: 12_000,
        tax_bps: VAT_STANDARD_BPS,
    },
    Product {
        id: "grinder-moara",
        name: "Moara grinder",
        tagline: "Hand grinder with steel burrs",
        description: "Beech, steel and twenty-four clicks between Turkish and French press. Small enough for \
                      a rucksack, quiet enough for a sleeping house.",
        facts: &[("Holds", "30 g of beans"), ("Material", "Beech, steel"), ("Care", "Brush, no water")],
        picture: "A tall wooden hand grinder with a steel crank and a round knob.",
        categories: &["brewing"],
        price: 32_000,
        tax_bps: VAT_STANDARD_BPS,
    },
    Product {
        id: "coffee-guji",
        name: "Guji, Ethiopia",
        tagline: "Filter roast, 250 g whole beans",
        description: "Washed at 2,000 metres and roasted on Tuesdays. Apricot first, then bergamot, and black \
                      tea when it cools.",
        facts: &[("Weight", "250 g"), ("Roast", "Light"), ("Tastes of", "Apricot, bergamot, black tea")],
        picture: "A sage coffee bag with a label that shows a sun above hills.",
        categories: &["coffee"],
        price: 6_200,
        tax_bps: VAT_REDUCED_BPS,
    },
    Product {
        id: "coffee-casa",
        name: "Casa espresso",
        tagline: "House blend, 250 g whole beans",
        description: "What we drink behind the counter. Brazil for the body, Colombia for the middle, a little \
                      Ethiopia for the smile. Good with milk.",
        facts: &[("Weight", "250 g"), ("Roast", "Medium"), ("Tastes of", "Cocoa, hazelnut, orange peel")],
        picture: "A terracotta coffee bag with a label that shows a small house.",
        categories: &["coffee"],
        price: 4_800,
        tax_bps: VAT_REDUCED_BPS,
    },
];

/// Finds a product by its id.
pub(crate) fn product(id: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}

/// Finds a category by its id.
pub(crate) fn category(id: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.id == id)
}
