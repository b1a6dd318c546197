// One request: its status and its text, or nothing where there was no answer. `fields` are header names and values,
// one after the other.
export const send = async (method, url, fields, body) => {
  const headers = {};
  for (let i = 0; i < fields.length; i += 2) headers[fields[i]] = fields[i + 1];
  try {
    const answer = await fetch(url, { method, headers, body, credentials: "omit" });
    // A body that breaks off is as good as none: what it would have said is not known.
    return [answer.status, await answer.text()];
  } catch {
    return undefined;
  }
};
