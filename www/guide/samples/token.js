// Signs a shopper token: node token.js CUSTOMER_ID [VERIFIED_EMAIL [REFERRAL_CODE]]
const { createHmac } = require("node:crypto");

function shopperToken(storeId, identitySecret, customer) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...customer, aud: storeId, iat: now, exp: now + 3600 };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  const signature = createHmac("sha256", identitySecret).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}

const [id, email, referral] = process.argv.slice(2);
const customer = { sub: id, ...(email && { email, email_verified: true }), ...(referral && { referral_code: referral }) };
console.log(shopperToken(process.env.STORE, process.env.IDENTITY_SECRET, customer));
