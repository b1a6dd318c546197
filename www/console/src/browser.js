// What only the browser does. Nothing here throws: what a browser cannot do is left undone.
const attempt = (wanted, otherwise) => {
  try {
    return wanted();
  } catch {
    return otherwise;
  }
};

// A moment with its time, in a time zone.
export const moment = (locale, timeZone, at) =>
  attempt(() => new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium", timeStyle: "short" }).format(new Date(at)), at);

// Settings of this browser: language and look.
export const keep = (name, value) =>
  attempt(() => (value ? localStorage.setItem(name, value) : localStorage.removeItem(name)));
export const kept = (name) => attempt(() => localStorage.getItem(name) || "", "");

// Whether it is on the clipboard now.
export const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

// Has a file of ours saved.
export const save = (name, type, bytes) => {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};

// The names of a language or a currency, as a reader calls it.
export const display = (locale, type, code) =>
  attempt(() => new Intl.DisplayNames(locale, { type }).of(code) || code, code);

// What this browser knows: "currency" or "timeZone".
export const supported = (key) => attempt(() => Intl.supportedValuesOf(key), []);
export const isZone = (timeZone) => attempt(() => Boolean(timeZone && new Intl.DateTimeFormat("en", { timeZone })), false);
export const zone = () => attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone, "UTC");

// Whether somebody looks at the page.
export const is_visible = () => document.visibilityState === "visible";

// The plural forms of a language, each with a number that takes it: "one:1", "few:2", "other:20".
export const plural_forms = (locale) =>
  attempt(() => {
    const rules = new Intl.PluralRules(locale);
    const examples = [1, 2, 3, 5, 20, 100, 0, 1_000_000];
    const forms = [...new Set(examples.map((n) => rules.select(n)))];
    return forms.map((form) => `${form}:${examples.find((n) => rules.select(n) === form)}`);
  }, ["one:1", "other:20"]);

// Sixteen random bytes, in hexadecimal.
export const random = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Scrolls what is wider than its place, so that a part of it is seen.
export const reveal = (selector) =>
  attempt(() => document.querySelector(selector)?.scrollIntoView({ block: "nearest", inline: "center" }));
