// The panel's module: the loader imports it and calls `boot`. The program and the texts come at the same time.
// WASM and LOCALES are today's file names; `cargo xtask build` puts them in.
import init, * as panel from "./panel.js";

// The locale itself, another variant of its language, or English.
const choose = (locale) => {
  const language = (tag) => tag.split(/[-_]/)[0].toLowerCase();
  const tags = Object.keys(LOCALES);
  return tags.find((tag) => tag === locale) || tags.find((tag) => language(tag) === language(locale)) || "en";
};

const texts = async (assets, locale) => {
  const answer = await fetch(assets + LOCALES[choose(locale)]);
  if (!answer.ok) throw answer.status;
  return answer.text();
};

export const boot = async (edge, locale, data, launcher, label, allowed) => {
  const assets = `${edge}/assets/`;
  const [words] = await Promise.all([
    texts(assets, locale),
    init({ module_or_path: assets + WASM }),
  ]);
  // Formats of a language that the texts are not in would make a mixture.
  const spoken = choose(locale);
  const formats = locale.slice(0, 2).toLowerCase() === spoken.slice(0, 2) ? locale : spoken;
  panel.start(
    { edge, locale: formats, store: data.store, shopper: data.shopper, tokenUrl: data.tokenUrl, theme: data.theme, launcher, label, allowed },
    words,
  );
  for (const place of document.querySelectorAll("fidela-panel")) panel.mount(place);
  return panel;
};
