// Reads one file, away from the page. WASM and SENTENCES are today's; `cargo xtask build` puts them in.
// In: { file, told }. Out, as often as there is something to say: { read, size, rows }; in the end { found } or { failed }.
import init, { Look } from "./reader.js";

const look = async ({ file, told }) => {
  await init({ module_or_path: new URL(WASM, self.location) });
  const language = told.language;
  const looking = Look.of(JSON.stringify({ ...told, sentences: SENTENCES[language] ?? {} }));
  if (!looking) throw new Error("nothing to read it with");
  const say = (read) => self.postMessage({ read, size: file.size, rows: looking.rows() });
  const from = file.stream().getReader();
  let [read, said] = [0, 0];
  for (;;) {
    const { done, value } = await from.read();
    if (done) break;
    read += value.byteLength;
    const goesOn = looking.feed(value);
    if (read - said >= 262_144) {
      said = read;
      say(read);
    }
    if (!goesOn) {
      await from.cancel();
      break;
    }
  }
  say(file.size);
  return looking.finish((rows) => self.postMessage({ read: file.size, size: file.size, rows }));
};

self.onmessage = ({ data }) =>
  look(data).then(
    (found) => self.postMessage({ found }),
    (error) => self.postMessage({ failed: String(error) }),
  );
