// The shop's own widget, in a frame of the console: the same loader and the same panel, whose requests are answered
// here with what the edge has composed for a made-up shopper. Nothing is sent, and nothing is kept.

const here = new URL(location.href);
const locale = here.searchParams.get("locale") || "en";
const look = here.searchParams.get("look") || "light";
document.documentElement.lang = locale;

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `:root{color-scheme:${look === "dark" ? "dark" : "light"};background:Canvas}body{margin:0;padding:12px}div{display:grid}fidela-launcher{display:none}`,
);
document.adoptedStyleSheets = [sheet];

// What the console has sent last.
let shown;
let turn = 0;

const ANSWERS = [
  [/^\/v1\/stores\/[^/]+\/public$/, "public"],
  [/^\/v1\/me$/, "me"],
  [/^\/v1\/me\/ledger$/, "ledger"],
  [/^\/v1\/me\/invitations$/, "invitations"],
];
const json = (status, body) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

// Only what the widget reads: nothing of a shop can be changed from here.
const fetched = globalThis.fetch;
globalThis.fetch = async (input, init = {}) => {
  const { pathname } = new URL(typeof input === "string" ? input : input.url, here);
  if (!pathname.startsWith("/v1/")) return fetched(input, init);
  const known = (init.method || "GET") === "GET" && ANSWERS.find(([pattern]) => pattern.test(pathname));
  if (known && shown) return json(200, shown.answers[known[1]]);
  return json(403, { type: "about:blank", status: 403, code: "preview", title: shown?.only || "" });
};

// Nobody's token: whoever gets it would refuse it. Each is another one, so that the panel asks again.
const encode = (value) => btoa(JSON.stringify(value)).replaceAll("=", "");
const token = () => `${encode({ alg: "none" })}.${encode({ sub: "preview" })}.${(turn += 1)}`;

const start = () => {
  const script = document.createElement("script");
  script.src = "/fidela.js";
  Object.assign(script.dataset, { store: shown.answers.public.store_id, shopper: token(), locale, theme: look, consent: "ask" });
  document.head.append(script);
};

let names = [];
const show = (news) => {
  const first = !shown;
  const before = names;
  shown = news;
  names = Object.keys(news.answers.public.theme);
  const panel = document.querySelector("fidela-panel");
  if (news.view) panel.setAttribute("view", news.view);
  if (first) start();
  // A colour that is not chosen any more would stay: the panel only ever adds.
  else if (before.some((name) => !names.includes(name))) return location.reload();
  else globalThis.fidela?.push(["setShopper", token()]);
  if (news.cart) (globalThis.fidela ||= []).push(["setCart", news.cart]);
};

addEventListener("message", ({ origin, source, data }) => {
  if (origin === here.origin && source === parent && data?.kind === "fidela.preview") show(data);
});
parent.postMessage({ kind: "fidela.preview.ready" }, here.origin);
