// A file that is read in a worker, and one that is sent: both take a while, and both can be left.
let worker = null;
let request = null;

// What the reader finds in a file, as JSON; nothing where it could not be read, or another file came meanwhile. The worker, and
// with it the reader, is fetched here and nowhere else.
export const look = (file, told, progress) =>
  new Promise((resolve) => {
    leave();
    try {
      worker = new Worker(document.documentElement.dataset.reader);
    } catch {
      resolve(undefined);
      return;
    }
    const own = worker;
    const done = (found) => {
      own.terminate();
      if (worker === own) worker = null;
      resolve(found);
    };
    own.onmessage = ({ data }) => {
      if (worker !== own) return;
      if ("found" in data) done(data.found);
      else if ("failed" in data) done(undefined);
      else progress(data.read, data.size, data.rows);
    };
    own.onerror = (event) => {
      event.preventDefault();
      done(undefined);
    };
    own.postMessage({ file, told: JSON.parse(told) });
  });

// Whatever is being read is not needed any more.
export const leave = () => {
  worker?.terminate();
  worker = null;
};

// Sends a file and says how much of it is gone; `fetch` cannot tell. Answers status and text; 0: there was no answer.
export const send = (file, path, locale, key, progress) =>
  new Promise((resolve) => {
    request?.abort();
    const own = new XMLHttpRequest();
    request = own;
    const done = (status, text) => {
      if (request === own) request = null;
      resolve(JSON.stringify({ status, text }));
    };
    own.open("POST", path);
    own.setRequestHeader("accept-language", locale);
    own.setRequestHeader("fidela-console", "1");
    own.setRequestHeader("idempotency-key", key);
    own.setRequestHeader("content-type", "application/octet-stream");
    own.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
    own.onload = () => done(own.status, own.responseText);
    own.onerror = () => done(0, "");
    own.onabort = () => done(0, "");
    own.send(file);
  });

// The first file that was dropped.
export const dropped = (event) => event.dataTransfer?.files?.[0];

// The first file that was chosen; the same one can be chosen again.
export const chosen = (event) => {
  const file = event.target.files?.[0];
  event.target.value = "";
  return file;
};
