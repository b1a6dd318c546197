// The whole way of an invitation with its review: two people, two browsers, a shop whose server reads the cookie that the
// loader keeps, and a clock that is set on by two weeks.
import { createServer as createShop, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { DAY_MS, OPERATOR_KEY, test } from "./clockwork.ts";
import { expect, expectAccessible, Panel, signed } from "./kit.ts";

/** A cookie of a request. */
const cookie = (request: IncomingMessage, name: string): string | undefined =>
  new RegExp(`(?:^|; )${name}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1];

test("S3.13 S3.14: invited, opened, registered, ordered, delivered, and when the review is over both see their points", async ({
  page,
  panel,
  browser,
  clockwork,
}) => {
  const { url, send } = clockwork;
  let [store, key, secret] = ["", "", ""];
  // A shop of two pages: whoever signs up is told to the edge, with what the cookie says of an invitation.
  const server = createShop((request, answer) => {
    const wished = new URL(request.url ?? "/", "http://shop");
    const [id, name] = [wished.searchParams.get("id"), wished.searchParams.get("name")];
    if (wished.pathname === "/sign-up" && id && name) {
      const referral_code = cookie(request, "fidela_ref");
      void send("PUT", `/v1/customers/${id}`, key, { name, email: `${id}@example.com`, referral_code }).then(() => {
        answer.writeHead(303, { location: "/", "set-cookie": `shopper=${id}; Path=/` }).end();
      });
      return;
    }
    const shopper = cookie(request, "shopper");
    const token = shopper ? `data-shopper="${signed({ sub: shopper, aud: store }, secret)}"` : "";
    answer.setHeader("content-type", "text/html").end(`<!doctype html><html lang="en"><head>
      <meta name="viewport" content="width=device-width"><title>Lumo</title><link rel="icon" href="data:,">
      <script async src="${url}/fidela.js" data-store="${store}" ${token} data-locale="en"></script></head>
      <body><main><h1>Lumo</h1><p>${shopper ?? "nobody"}</p></main></body></html>`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const program = {
    enabled: true,
    currency: "RON",
    timezone: "Europe/Bucharest",
    points: { value: { points: 1, minor: 100 }, display: "points" },
    earning: { award_statuses: ["delivered"], programs: [] },
    redemption: { enabled: true },
    referrals: { enabled: true, inviter_points: 100, invitee_points: 50, review_days: 14 },
  };
  const made = await send("POST", "/v1/stores", OPERATOR_KEY, { name: "Lumo", locale: "en", origins: [shop], program });
  [store, key, secret] = [String(made.store_id), String(made.secret_key), String(made.identity_secret)];

  await page.goto(`${shop}/sign-up?id=ana&name=Ana+Pop`);
  await panel.open("Invite");
  const link = await panel.dialog.getByRole("textbox", { name: "Your link" }).inputValue();
  await panel.close();

  const elsewhere = await browser.newContext();
  const there = await elsewhere.newPage();
  const friends = new Panel(there);
  await test.step("the friend reads who invites, goes on to the shop, registers and orders", async () => {
    await there.goto(link);
    await expect(there.getByRole("main")).toContainText("Ana");
    await there.locator('a[href$="/go"]').first().click();
    await expect(there.getByRole("main")).toContainText("nobody");
    await expect(friends.launcher).toBeVisible();
    await there.goto(`${shop}/sign-up?id=bob&name=Bob+Marin`);
    await expect(there.getByRole("main")).toContainText("bob");
    const line = { id: "1", product_id: "p", quantity: 1, unit_price: 10_000 };
    const order = { id: "1", customer: { id: "bob" }, currency: "RON", placed_at: new Date().toISOString(), lines: [line] };
    await send("PUT", "/v1/orders/1", key, { ...order, status: "delivered" });
  });

  const rows = panel.dialog.locator("[part=invitations]").getByRole("listitem");
  const look = async (text: RegExp) => {
    await expect(async () => {
      await page.goto(shop);
      await panel.open("Invite");
      await expect(rows).toHaveCount(1, { timeout: 2_000 });
      await expect(rows.first()).toContainText(text, { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await expect(rows.first()).toContainText("Bob");
  };
  await test.step("in review: a day is said, and no points yet", async () => {
    await look(/Points come on/);
    await panel.tab("Points").click();
    await expect(panel.balance).toHaveText("0 points");
    await panel.close();
  });

  await test.step("two weeks later", async () => {
    const to = new Date(Date.now() + 15 * DAY_MS).toISOString();
    await send("POST", "/v1/test/advance", key, { store, to });
    await look(/100 points earned/);
    await expectAccessible(page);
    await page.screenshot({ path: test.info().outputPath("review.png") });
    await panel.tab("Points").click();
    await expect(panel.balance).toHaveText("100 points");
    await expect(panel.history.first()).toContainText("For inviting a friend");
    await there.goto(shop);
    await friends.open();
    await expect(friends.balance).toHaveText("50 points");
    await expect(friends.history.first()).toContainText("For coming by an invitation");
  });
  await elsewhere.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
