// The panel's module: the loader imports it and calls `boot`. The program and the texts come at the same time.
// WASM and LOCALES are today's file names and STYLE is `style.css`; `cargo xtask build` puts them in.
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

// `calls` is what the page's scripts asked for so far, panels that came into the page among it; what they ask for
// from now on goes to the panel at once.
export const boot = async (locale, data, launcher, label, calls) => {
  const assets = import.meta.url.replace(/[^/]*$/, "");
  const [words] = await Promise.all([
    texts(assets, locale),
    init({ module_or_path: assets + WASM }),
  ]);
  // Formats of a language that the texts are not in would make a mixture.
  const spoken = choose(locale);
  panel.start(
    {
      edge: assets.slice(0, -"/assets/".length),
      locale: locale.slice(0, 2).toLowerCase() === spoken.slice(0, 2) ? locale : spoken,
      store: data.store,
      shopper: data.shopper,
      tokenUrl: data.tokenUrl,
      theme: data.theme,
      style: STYLE,
      consent: data.consent,
      launcher,
      label,
    },
    words,
  );
  // One call that fails must not keep the next one from being made, nor reach the page.
  const call = (one) => {
    try {
      panel.call(one);
    } catch {
      // The panel says inside itself what went wrong.
    }
  };
  calls.map(call);
  calls.push = call;
};
