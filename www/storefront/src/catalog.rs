//! What the shop sells. A small shop: the shelf is part of the program.

use crate::money::{VAT_REDUCED_BPS, VAT_STANDARD_BPS};

/// A kind of goods; its id is what Fidela's rules name in `category_ids`.
pub(crate) struct Category {
    /// The id, also in addresses.
    pub(crate) id: &'static str,
    /// The name that shoppers read.
    pub(crate) name: &'static str,
}

/// What can be added to each unit of a product, for money. It is sold with its product alone.
pub(crate) struct Extra {
    /// The id, as a product of its own, in orders.
    pub(crate) id: &'static str,
    /// The name that shoppers read.
    pub(crate) name: &'static str,
    /// What it is, in a line.
    pub(crate) tagline: &'static str,
    /// The price with tax, in bani.
    pub(crate) price: i64,
    /// The rate of tax within the price, in basis points.
    pub(crate) tax_bps: i64,
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
    /// What can be added to it.
    pub(crate) extra: Option<&'static Extra>,
}

/// What makes a present of something small.
pub(crate) const GIFT_WRAP: Extra = Extra {
    id: "gift-wrap",
    name: "Gift wrapping",
    tagline: "Linen, twine and a card",
    price: 800,
    tax_bps: VAT_STANDARD_BPS,
};

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
        extra: Some(&GIFT_WRAP),
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
        extra: Some(&GIFT_WRAP),
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
        extra: None,
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
        extra: None,
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
        extra: None,
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
        extra: None,
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
        extra: Some(&GIFT_WRAP),
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
        extra: Some(&GIFT_WRAP),
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{PRODUCTS, category, product};
    use crate::visit::LOCALES;

    /// Every value of a key, wherever it stands.
    fn values<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get(key));
                fields.values().for_each(|field| values(field, key, found));
            }
            Value::Array(items) => items.iter().for_each(|item| values(item, key, found)),
            _ => {}
        }
    }

    fn all<'a>(program: &'a Value, key: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        values(program, key, &mut found);
        found
    }

    #[test]
    fn the_demo_program_names_what_is_on_the_shelf() {
        let program = include_str!("../demo-program.json");
        let program: Value = serde_json::from_str(program).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        for condition in all(&program, "categories") {
            for id in condition["ids"].as_array().expect("ids") {
                assert!(category(&text(id)).is_some(), "{id} is a category");
            }
        }
        let free: Vec<_> = all(&program, "product_id").into_iter().map(text).collect();
        assert_eq!(free, ["coffee-casa"]);
        assert!(free.iter().all(|id| product(id).is_some()));
        // A text for some languages only would be shown in the wrong one to the others.
        for named in all(&program, "name").into_iter().chain(all(&program, "message")) {
            let missing = |locale: &&str| named.is_object() && named.get(*locale).is_none();
            assert_eq!(LOCALES.iter().find(|locale| missing(locale)), None, "{named}");
        }
    }

    #[test]
    fn extras_are_no_products_of_the_shelf() {
        for extra in PRODUCTS.iter().filter_map(|product| product.extra) {
            assert!(product(extra.id).is_none(), "{} is sold with its product alone", extra.id);
        }
    }
}
