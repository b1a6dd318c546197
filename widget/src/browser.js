// Browser chores without decisions: what would cost more as bindings than as itself.

const held = () => {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
};
const channel = globalThis.BroadcastChannel && new BroadcastChannel("fidela");

// Who pressed a button that is gone with what it belonged to is not sent out of the panel: the focus goes to what
// is there now.
const hold_focus = (root) => {
  let last;
  root.addEventListener("focusin", ({ target }) => (last = target));
  root.addEventListener("focusout", ({ target }) => queueMicrotask(() => target === last && target.isConnected && (last = undefined)));
  new MutationObserver(() => {
    if (!last || last.isConnected) return;
    last = undefined;
    const lost = !root.activeElement && (document.activeElement || document.body) === document.body;
    if (lost) (root.getElementById("body") || root.getElementById("title"))?.focus();
  }).observe(root, { childList: true, subtree: true });
};

// The shadow root with our styles, and the theme of the store below what the page itself says. Both are
// constructed: a page whose policy forbids inline styles takes them.
export const attach = (host, css, locale) => {
  let root = host.shadowRoot;
  if (!root) hold_focus((root = host.attachShadow({ mode: "open" })));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const place = document.createElement("div");
  place.className = "root";
  // The panel's language need not be the page's.
  place.lang = locale;
  place.dir = /^(ar|fa|he|ur)/.test(locale) ? "rtl" : "ltr";
  root.replaceChildren(place);
  return place;
};

// Says the element's wish for a view whenever the page writes another one.
export const wishes = (host, wished) =>
  new MutationObserver(() => wished(host.getAttribute("view") ?? "")).observe(host, { attributeFilter: ["view"] });

// Values come from the merchant and go in one by one: none can leave its property.
export const dress = (host, names, values) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host{}");
  const { style } = sheet.cssRules[0];
  names.forEach((name, i) => style.setProperty(`--fidela-${name}`, values[i]));
  const root = host.shadowRoot;
  if (root) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
};

export const emit = (host, name, detail) => {
  host.dispatchEvent(new CustomEvent(`fidela:${name}`, { bubbles: true, composed: true, detail }));
};

// What the browser may not keep, the page remembers.
const page = {};
export const storage_get = (name) => page[name] ?? held()?.getItem(name) ?? undefined;
export const storage_set = (name, value, keep) => {
  page[name] = value;
  try {
    if (keep) held()?.setItem(name, value);
  } catch {
    // Full, or refused: the key then lives as long as the page.
  }
};
export const storage_remove = (name) => {
  delete page[name];
  held()?.removeItem(name);
};
export const remember = (name, value, keep) => {
  page[name] = value;
  try {
    if (keep) localStorage[name] = value;
  } catch {
    // Full, or refused: it then lives as long as the page.
  }
};
export const recall = (name) => {
  try {
    return page[name] ?? localStorage[name];
  } catch {
    return undefined;
  }
};

// All that loader and panel keep, of whichever shopper and store.
export const forget = () => {
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      const kept = globalThis[name];
      for (const key of Object.keys(kept)) if (key.startsWith("fidela:")) kept.removeItem(key);
    } catch {
      // What the browser does not let us reach, it did not let us write.
    }
  }
  document.cookie = "fidela_ref=;path=/;max-age=0";
};

// `randomUUID` is only there on secure origins; random numbers are everywhere.
export const uuid = () =>
  crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");

export const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

export const can_share = () => !!navigator.share;
// Whoever closes the sheet has changed their mind.
export const share = (title, text, url) => void navigator.share({ title, text, url }).catch(() => {});

// A form of friends, a fieldset for each.
const FRIENDS = 10;
const fields = (row) => [...row.querySelectorAll("input")];
const say = (input, fault) => {
  const line = input.closest("div").querySelector("p");
  line.textContent = fault;
  line.id = fault && input.name + Math.random();
  input.setAttribute("aria-describedby", line.id);
  input.setAttribute("aria-invalid", !!fault);
};
const empty = (row) =>
  fields(row).map((input) => {
    input.value = "";
    say(input, "");
  });
let sent = [];
export const add_friend = ({ currentTarget: button }) => {
  const all = button.form.querySelectorAll("fieldset");
  const row = all[0].cloneNode(true);
  if (all.length < FRIENDS) button.before(row);
  empty(row);
  fields(row)[0].focus();
};
// Friends of whom nothing is written are none, unless there is no other.
export const friends = (event) => {
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("fieldset")];
  sent = all.filter((row) => fields(row).some((input) => input.value.trim()));
  if (!sent[0]) sent = [all[0]];
  const friend = (row) =>
    Object.fromEntries(
      fields(row).map((input) => {
        say(input, "");
        return [input.name, input.value.trim()];
      }),
    );
  return JSON.stringify({ friends: sent.map(friend) });
};
export const answer_friend = (path, fault) => {
  const row = sent[path.match(/\d+/)];
  if (!row) return;
  if (!fault) return row.parentNode.querySelector("fieldset + fieldset") ? row.remove() : empty(row);
  const input = row.elements[path.match(/\w+$/)] ?? fields(row)[0];
  if (!row.parentNode.querySelector("[aria-invalid=true]")) input.focus();
  say(input, fault);
};

// The shop's own address for tokens; anything but a token means that nobody is signed in.
export const fetch_token = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin", headers: { accept: "application/json" } });
  if (answer.status >= 500) throw answer.status;
  if (!answer.ok) return undefined;
  const { token } = await answer.json();
  return typeof token === "string" ? token : undefined;
};

export const online = () => navigator.onLine;

// `looked`: somebody looks at this page again; `changed`: another tab held points or let them go.
export const watch = (looked, changed) => {
  const visible = () => document.visibilityState === "visible" && looked();
  document.addEventListener("visibilitychange", visible);
  addEventListener("focus", visible);
  addEventListener("online", visible);
  if (channel) channel.onmessage = ({ data }) => changed(String(data));
};
export const tell = (store) => channel?.postMessage(store);

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// A modal dialog keeps the focus by itself, but lets it out to the browser's own bar: inside, Tab goes round.
export const keep_focus = (event) => {
  if (event.key !== "Tab") return;
  const all = [...event.currentTarget.querySelectorAll("button,input,a[href],[tabindex='0']")].filter(
    (one) => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length,
  );
  const now = event.currentTarget.getRootNode().activeElement;
  const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (now === from || !all.includes(now)) {
    event.preventDefault();
    to?.focus();
  }
};

export const show = (dialog) => {
  if (!dialog.open) dialog.showModal();
};
export const is_shown = ({ target }) => target.open;
export const inside = (event) => {
  const dialog = event.currentTarget;
  const box = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return event.target !== dialog || (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
};
// The arrows go round, Home and End to the first and the last.
export const move_tab = (event) => {
  const tab = event.currentTarget;
  const all = [...tab.parentNode.children].filter((one) => one.getClientRects().length);
  const at = all.indexOf(tab);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = all.at(to % all.length);
  next.focus();
  next.click();
};

export const draw = (element, path) => {
  const make = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return made;
  };
  const icon = make("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" });
  icon.append(make("path", { d: path }));
  element.prepend(icon);
};
export const listen = (element, event, run) => element.addEventListener(event, run);
export const set_interval = (run) => setInterval(run, 1000);
export const clear_interval = (timer) => clearInterval(timer);
export const set_property = (element, name, value) => element.style.setProperty(name, value);
export const tick = (box, on) => {
  box.checked = on;
};
export const close = (dialog) => dialog.close();
export const parse_moment = (moment) => Date.parse(moment);
export const add_dialog = (mark) => {
  const host = document.createElement("fidela-panel");
  host.setAttribute(mark, "");
  document.body.append(host);
  return host;
};
