//! JSON from text, by the browser's own reader: the page has one already, so it carries no second one.

use fidela_rules::json::Json;

/// What a text says; nothing where it is not JSON.
#[cfg(target_arch = "wasm32")]
pub fn read(text: &str) -> Option<Json> {
    js_sys::JSON::parse(text).ok().map(|value| of(&value))
}

/// The same, where there is no browser.
#[cfg(not(target_arch = "wasm32"))]
pub fn read(text: &str) -> Option<Json> {
    serde_json::from_str::<serde_json::Value>(text).ok().map(|value| Json::from(&value))
}

/// What `JSON.parse` made: it has no cycles, and nothing that JSON has not.
#[cfg(target_arch = "wasm32")]
fn of(value: &wasm_bindgen::JsValue) -> Json {
    use wasm_bindgen::JsCast;
    if let Some(text) = value.as_string() {
        return Json::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return Json::Number(fidela_rules::num::Given::of_float(number));
    }
    if let Some(flag) = value.as_bool() {
        return Json::Flag(flag);
    }
    if js_sys::Array::is_array(value) {
        return Json::List(js_sys::Array::from(value).iter().map(|one| of(&one)).collect());
    }
    let Some(object) = value.dyn_ref::<js_sys::Object>() else { return Json::Null };
    let mut fields = Vec::new();
    for name in js_sys::Object::keys(object).iter() {
        if let (Some(key), Ok(value)) = (name.as_string(), js_sys::Reflect::get(object, &name)) {
            fields.push((key, of(&value)));
        }
    }
    Json::Object(fields)
}
