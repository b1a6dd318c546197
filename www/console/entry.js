// The console's module. WASM, LOCALES and READER are today's file names; `cargo xtask build` puts them in.
import init, * as program from "./console.js";

const ASSETS = "/console/assets/";
const tags = Object.keys(LOCALES);
const language = (tag) => tag.split(/[-_]/)[0].toLowerCase();
const known = (wanted) => tags.find((tag) => tag === wanted) || tags.find((tag) => language(tag) === language(wanted));

// Storage may be forbidden; then nothing is remembered.
const kept = (name) => {
  try {
    return localStorage.getItem(name) || "";
  } catch {
    return "";
  }
};

const spoken = [kept("fidela.language"), ...navigator.languages].map(known).find(Boolean) || "en";
document.documentElement.lang = spoken;
// What reads a spreadsheet, by its name; it is fetched when there is one.
document.documentElement.dataset.reader = ASSETS + READER;
const look = kept("fidela.look");
if (look) document.documentElement.dataset.theme = look;

const load = async () => {
  const [texts] = await Promise.all([
    fetch(ASSETS + LOCALES[spoken]).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status))),
    init({ module_or_path: ASSETS + WASM }),
  ]);
  document.getElementById("boot").remove();
  program.start(spoken, tags.join(","), texts);
};

load().catch(() => {
  const boot = document.getElementById("boot");
  if (boot) boot.textContent = "The console could not be loaded. Please load the page again, or use a browser of 2024 or newer.";
});
