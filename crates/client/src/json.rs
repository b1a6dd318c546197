//! JSON from text, by the browser's own reader: the page has one already, so it carries no second one.

use serde_json::Value;

/// What a text says; nothing where it is not JSON.
#[cfg(target_arch = "wasm32")]
pub fn read(text: &str) -> Option<Value> {
    js_sys::JSON::parse(text).ok().map(|value| of(&value))
}

/// The same, where there is no browser.
#[cfg(not(target_arch = "wasm32"))]
pub fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// What `JSON.parse` made: it has no cycles, and nothing that JSON has not.
#[cfg(target_arch = "wasm32")]
fn of(value: &wasm_bindgen::JsValue) -> Value {
    use wasm_bindgen::JsCast;
    if let Some(text) = value.as_string() {
        return Value::String(text);
    }
    if let Some(number) = value.as_f64() {
        return whole(number).map_or(Value::Null, Value::from);
    }
    if let Some(flag) = value.as_bool() {
        return Value::Bool(flag);
    }
    if js_sys::Array::is_array(value) {
        return Value::Array(js_sys::Array::from(value).iter().map(|one| of(&one)).collect());
    }
    let Some(object) = value.dyn_ref::<js_sys::Object>() else { return Value::Null };
    // One by one: `collect` would bring a sort along.
    let mut fields = serde_json::Map::new();
    for name in js_sys::Object::keys(object).iter() {
        if let (Some(key), Ok(value)) = (name.as_string(), js_sys::Reflect::get(object, &name)) {
            fields.insert(key, of(&value));
        }
    }
    Value::Object(fields)
}

/// No number of ours has a fraction; one that has is as good as none.
#[cfg(target_arch = "wasm32")]
fn whole(number: f64) -> Option<i64> {
    const MAX: f64 = 9_007_199_254_740_991.0;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "whole and within ±(2^53 − 1)"
    )]
    (number.abs() <= MAX && number.fract().abs() <= 0.0).then_some(number as i64)
}
