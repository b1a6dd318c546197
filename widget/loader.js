// The one script that a shop's page always loads: the launcher, the queue, and nothing else until somebody wants
// it. Whatever goes wrong here stays here: a shop never breaks because of us.
// PANEL is today's file name; `cargo xtask build` puts it in.
try {
  ((doc, win, script) => {
    const elements = win.customElements;
    const { dataset: data, src } = script;
    // Loaded twice: the first one has everything already.
    if (elements.get("fidela-panel")) return;
    const edge = new URL(src).origin;
    const assets = edge + "/assets/";
    const locale = data.locale || doc.documentElement.lang || navigator.language;
    const invited = new URLSearchParams(location.search).get("fidela_ref");
    const calls = [];
    let allowed = data.consent != "ask";
    let token = data.shopper;
    let panel, loading, button, plain;

    // A store without consent, or a browser without storage: then nothing is remembered.
    const keep = (name, value) => {
      try {
        allowed ? value && (localStorage[name] = value) : delete localStorage[name];
        return localStorage[name];
      } catch {}
    };
    // Each shopper's own: on a shared computer nobody sees the balance of somebody else.
    const label = (now) => {
      let text;
      try {
        const { sub } = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
        text = keep(`fidela:${data.store}:${sub}`, now) || now;
      } catch {}
      const words = { pt: "Pontos", es: "Puntos", ro: "Puncte" };
      if (button) button.lastChild.textContent = text || words[locale.slice(0, 2)] || "Points";
    };

    const host = doc.createElement("fidela-launcher");
    const root = host.attachShadow({ mode: "open" });
    const css =
      ":host{position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:2147483000}[part]{display:flex;gap:8px;align-items:center;min-height:48px;padding:0 18px;border:1px solid #0000;border-radius:99px;background:var(--fidela-accent,#0f6b63);color:var(--fidela-on-accent,#fff);font:600 15px/1 var(--fidela-font,system-ui);text-decoration:none;cursor:pointer;box-shadow:0 4px 16px #0004}[part]:focus-visible{outline:3px solid var(--fidela-accent,#0f6b63);outline-offset:3px}svg{width:20px;fill:currentColor}@media print{:host{display:none}}";
    // As a link it leads to the program's own page, where no WebAssembly is needed.
    const draw = () => {
      root.innerHTML = `<${plain ? `a href="${edge}/s/${data.store}"` : 'button aria-haspopup="dialog"'} part="launcher"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 1l2.7 5.7 6.3.8-4.6 4.3 1.2 6.2-5.6-3-5.6 3 1.2-6.2L1 7.5l6.3-.8z"/></svg><span></span>`;
      button = root.firstChild;
      if (!plain) button.onclick = () => run(["open"]);
      label();
    };
    const giveUp = () => {
      plain = 1;
      draw();
    };

    const load = () => {
      if (!plain)
        loading ||= import(assets + PANEL)
          .then((module) => module.boot(edge, locale, data, host, label, () => allowed))
          .then((booted) => {
            panel = booted;
            calls.map(panel.call);
          })
          .catch(giveUp);
    };
    const run = (call) => {
      const [method, value] = call;
      if (method == "consent") {
        allowed = value;
        keep("fidela:ref", invited);
      }
      if (method == "setShopper") token = value;
      label();
      panel ? panel.call(call) : calls.push(call);
      if (method == "open") load();
    };

    const seen = new IntersectionObserver((all) => all.some((one) => one.isIntersecting) && load());
    elements.define(
      "fidela-panel",
      class extends HTMLElement {
        connectedCallback() {
          panel ? panel.mount(this) : seen.observe(this);
        }
        disconnectedCallback() {
          panel?.unmount(this);
        }
      },
    );

    keep("fidela:ref", invited);
    const before = win.fidela || [];
    win.fidela = { push: (...all) => all.map(run) };
    before.map(run);

    for (const intent of ["pointerenter", "focusin", "touchstart"])
      host.addEventListener(intent, load, { passive: true });

    (win.requestIdleCallback || setTimeout)(() => {
      try {
        // The smallest module there is: a page whose policy refuses it would refuse the panel.
        new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        root.adoptedStyleSheets = [sheet];
      } catch {
        plain = 1;
      }
      draw();
      doc.body.append(host);
    });
  })(document, window, document.currentScript);
} catch {}
