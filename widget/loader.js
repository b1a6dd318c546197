// The one script that a shop's page always loads: the launcher, the queue, and nothing else until somebody wants
// it. Whatever goes wrong here stays here: a shop never breaks because of us.
// PANEL is today's file name; `cargo xtask build` puts it in. Every byte counts: at most 1,000 of them (brotli).
try {
  (() => {
    const doc = document;
    const { dataset: data, src } = doc.currentScript;
    const edge = src.slice(0, src.lastIndexOf("/"));
    const locale = data.locale || doc.documentElement.lang || navigator.language;
    const calls = [];
    const host = doc.createElement("fidela-launcher");
    const root = host.attachShadow({ mode: "open" });
    let allowed = data.consent != "ask";
    let token = data.shopper;
    let loading;

    // Without consent nothing is remembered.
    const keep = (name, value) => (allowed && value ? (localStorage[name] = value) : localStorage[name]);
    const label = (text) => {
      // A browser may refuse to store, and there may be no token.
      try {
        keep("fidela:ref", location.search.match(/fidela_ref=([\w-]+)/)?.[1]);
        // Each shopper's own: on a shared computer nobody sees the balance of somebody else.
        const claims = atob(token.split(".")[1].replace(/[-_]/g, (c) => (c < "." ? "+" : "/")));
        text = keep("fidela:" + data.store + JSON.parse(claims).sub, text) || text;
      } catch {}
      if (root.firstChild)
        root.firstChild.lastChild.data =
          text || "P" + ({ pt: "ontos", es: "untos", ro: "uncte" }[locale.slice(0, 2)] || "oints");
    };
    // As a link it leads to the program's own page, where no WebAssembly is needed.
    const draw = (plain) => {
      root.innerHTML =
        (plain ? `<a href="${edge}/s/${data.store}"` : "<button") +
        ' part="launcher"><svg viewBox="0 0 20 20"><path d="M10 1l3 6 6 1-4 4 1 6-6-3-6 3 1-6-4-4 6-1z"/></svg> ';
      root.firstChild.onclick = () => run(["open"]);
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
    const seen = new IntersectionObserver((all) => all.some((one) => one.isIntersecting) && load());
    // Loaded twice, this throws, and the first one has everything already.
    customElements.define(
      "fidela-panel",
      class extends HTMLElement {
        connectedCallback() {
          run(["mount", this]);
          seen.observe(this);
        }
      },
    );
    const before = self.fidela || [];
    self.fidela = { push: run };
    before.map(run);
    // A finger enters, too.
    host.onpointerenter = load;
    host.addEventListener("focusin", load);

    (self.requestIdleCallback || setTimeout)(() => {
      try {
        (doc.body || doc.documentElement).append(host);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(
          ":host{position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:99999}[part]{display:flex;gap:8px;align-items:center;height:48px;padding:0 18px;border:0;border-radius:24px;background:var(--fidela-accent,#0f6b63);color:var(--fidela-on-accent,#fff);font:600 15px var(--fidela-font,system-ui);text-decoration:none;cursor:pointer}svg{width:20px;fill:currentColor}",
        );
        root.adoptedStyleSheets = [sheet];
        // The smallest module there is: a page whose policy refuses it would refuse the panel.
        new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
        draw();
      } catch {
        draw((loading = 1));
      }
    });
  })();
} catch {}
