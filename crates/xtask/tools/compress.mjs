// `node compress.mjs measure|write FILE…`: sizes of files as a browser would get them, as JSON.
// `write` also puts each file's brotli twin beside it. Node has both formats built in: nothing to compile for that.
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [mode, ...files] = process.argv.slice(2);
const sizes = {};
for (const file of files) {
  const raw = readFileSync(file);
  const brotli = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  if (mode === "write") writeFileSync(`${file}.br`, brotli);
  sizes[file] = { raw: raw.length, gzip: gzipSync(raw, { level: 9 }).length, brotli: brotli.length };
}
console.log(JSON.stringify(sizes));
