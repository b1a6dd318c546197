// Points on the birthday, as somebody sees who opens the shop on that day. The time of a server with the test clock is
// the wall clock's for browsers, and whatever is said for the shop's server: the shop has known the birthday for long.
import { createServer as createShop } from "node:http";
import type { AddressInfo } from "node:net";
import { DAY_MS, OPERATOR_KEY, test, type Json } from "./clockwork.ts";
import { expect, expectAccessible, signed } from "./kit.ts";

test("S2.5: on the birthday, points are there by themselves, once, and the history says what they are for", async ({
  page,
  panel,
  clockwork,
}) => {
  const { url, send } = clockwork;
  // A shop of one page.
  let html = "";
  const server = createShop((_, answer) => answer.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const long = new Date(Date.now() - 60 * DAY_MS);
  const program = {
    enabled: true,
    currency: "RON",
    timezone: "Europe/Bucharest",
    points: { value: { points: 1, minor: 100 }, display: "points" },
    earning: { award_statuses: ["delivered"], programs: [{ id: "base", rate: { type: "per_amount", every: 5000, points: 1 } }] },
    redemption: { enabled: true },
    bonuses: { birthday: { points: 50 } },
  };
  const store = await send("POST", "/v1/stores", OPERATOR_KEY, { name: "Lumo", locale: "en", origins: [shop], program }, long);
  const key = String(store.secret_key);
  // Today, in the store's own zone; in a year that has every day.
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: program.timezone, month: "2-digit", day: "2-digit" });
  await send("PUT", "/v1/customers/ana", key, { name: "Ana Popescu", birthday: `1992-${today.format(new Date())}` }, long);
  const token = signed({ sub: "ana", aud: store.store_id }, String(store.identity_secret));
  html = `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>Lumo</title>
    <link rel="icon" href="data:,"><script async src="${url}/fidela.js" data-store="${String(store.store_id)}"
    data-shopper="${token}" data-locale="en"></script></head><body><main><h1>Lumo</h1></main></body></html>`;

  await test.step("as it was yesterday: nothing yet", async () => {
    const yesterday = new Date(Date.now() - DAY_MS).toISOString();
    // Whom the token is for, the edge would not believe yesterday: what it says was signed today.
    const then = signed({ sub: "ana", aud: store.store_id, ...valid(yesterday) }, String(store.identity_secret));
    await page.route(`${url}/v1/**`, (route) => {
      const headers = { ...route.request().headers(), "fidela-test-clock": yesterday, authorization: `Bearer ${then}` };
      return route.continue({ headers });
    });
    await page.goto(shop);
    await panel.open();
    await expect(panel.balance).toHaveText("0 points");
    await expect(panel.history).toHaveCount(0);
    await page.unroute(`${url}/v1/**`);
  });

  const seen = async () => {
    await page.goto(shop);
    await panel.open();
    await expect(panel.balance).toHaveText("50 points");
    await expect(panel.history).toHaveCount(1);
    await expect(panel.history.first()).toContainText("Happy birthday");
    await expect(panel.history.first()).toContainText("+50");
  };
  await test.step("today: fifty points, and what they are for", async () => {
    await seen();
    await expectAccessible(page);
    await page.screenshot({ path: test.info().outputPath("birthday.png") });
  });

  await test.step("what is due is done by itself as well, and there are no more of them", async () => {
    await send("POST", "/v1/test/advance", key, { store: store.store_id, to: new Date().toISOString() });
    await seen();
  });
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** A token's times, as of a moment. */
const valid = (at: string): Json => {
  const iat = Math.floor(Date.parse(at) / 1000);
  return { iat, exp: iat + 3600 };
};
