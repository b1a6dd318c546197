// Checks an event: node verify-webhook.js ID TIMESTAMP SIGNATURE < the raw body
const { createHmac, timingSafeEqual } = require("node:crypto");
const { readFileSync } = require("node:fs");

/** The event, or an error where nobody of ours sent it. `body` is the request's bytes, as they came. */
function verified(secret, { id, timestamp, signature }, body) {
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) throw new Error("too old, or from the future");
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  const genuine = signature.split(" ").some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return one.startsWith("v1,") && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!genuine) throw new Error("the signature is not ours");
  return JSON.parse(body);
}

const [id, timestamp, signature] = process.argv.slice(2);
try {
  const event = verified(process.env.WEBHOOK_SECRET, { id, timestamp, signature }, readFileSync(0));
  console.log(event.type, event.customer_id, event.data.points);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
