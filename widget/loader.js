// The one script that a shop's page always loads: the launcher, the queue, and nothing else until somebody wants
// it. Whatever goes wrong here stays here: a shop never breaks because of us.
// PANEL is today's file name; `cargo xtask build` puts it in. Every byte counts: at most 1,000 of them (brotli).
try {
  const doc = document;
  const { dataset: data, src } = doc.currentScript;
  const edge = new URL(src).origin;
  const locale = data.locale || doc.documentElement.lang || navigator.language;
  const calls = [];
  // As it is now: a page may write another one before it has consent.
  const address = doc.URL;
  const host = doc.createElement("fidela-launcher");
  const root = host.attachShadow({ mode: "open" });
  const words = new Text();
  let allowed = data.consent != "ask";
  let token = data.shopper;
  let loading;

  const label = (text) => {
    // A browser may refuse to store, there may be no token, and no invitation. Without consent nothing is stored.
    try {
      // Whose invitation led here, for the shop's server: for as many days as it says, or 90.
      allowed &&
        address.replace(
          /fidela_ref=\w+-?\d*-?(\d*)-?\w*/,
          (ref, days) => (doc.cookie = ref + ";path=/;samesite=lax;max-age=" + (days || 90) * 86400),
        );
      // Each shopper's own: on a shared computer nobody sees the balance of somebody else.
      const claims = atob(token.split(".")[1].replace(/[-_]/g, (c) => (c < "." ? "+" : "/")));
      const name = "fidela:" + data.store + JSON.parse(claims).sub;
      text = allowed && text ? (localStorage[name] = text) : text || localStorage[name];
    } catch {}
    words.data = text || { pt: "Pontos", es: "Puntos", ro: "Puncte" }[locale.slice(0, 2)] || "Points";
  };
  // As a link it leads to the program's own page, where no WebAssembly is needed.
  const draw = (plain) => {
    root.innerHTML =
      (plain ? "<a href=" + edge + "/s/" + data.store : "<button") +
      ' part="launcher"><svg viewBox="0 0 20 20"><path d="M10 1l6 17L1 7h18L4 18z"/></svg>';
    root.firstChild.append(words);
    label();
  };
  const load = () => {
    loading ||= import(edge + "/assets/" + PANEL)
      .then((module) => module.boot(locale, data, host, label, calls))
      .catch(draw);
  };
  // The panel, once it is there, drains `calls` and takes the place of its `push`.
  const run = (call) => {
    if (call[0] == "consent") allowed = call[1];
    if (call[0] == "setShopper") token = call[1];
    label();
    calls.push(call);
    if (call[0] == "open") load();
  };
  // Loaded twice, this throws, and the first one has everything already.
  customElements.define(
    "fidela-panel",
    class extends HTMLElement {
      connectedCallback() {
        run(["mount", this]);
        new IntersectionObserver((all) => all.pop().isIntersecting && load()).observe(this);
      }
    },
  );
  (self.fidela || calls).map(run);
  self.fidela = { push: run };
  host.onclick = () => run(["open"]);
  // A finger enters, too; and of what is inside, the host has the focus.
  host.onpointerenter = host.onfocus = load;

  (self.requestIdleCallback || setTimeout)(() => {
    try {
      (doc.body || doc.documentElement).append(host);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        ":host{position:fixed;bottom:20px;inset-inline-end:20px;z-index:99999}[part]{display:flex;gap:8px;padding:14px 18px;border:0;border-radius:24px;background:var(--fidela-accent,#0f6b63);color:var(--fidela-on-accent,#fff);font:600 15px/20px var(--fidela-font,system-ui);text-decoration:none;cursor:pointer}svg{width:20px;fill:currentColor}",
      );
      root.adoptedStyleSheets = [sheet];
      // The smallest module there is: a page whose policy refuses it would refuse the panel.
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      draw();
    } catch {
      draw((loading = 1));
    }
  });
} catch {}
