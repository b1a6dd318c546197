// Programs with other rules than the demo shop's: each on a store of its own, on a page of its own.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EDGE, expect, expectAccessible, money, signed, test as base, type Page } from "./kit.ts";

type Json = Record<string, unknown>;
const RATE = { type: "per_amount", every: 5000, points: 1 };

/** Opens a store with these rules, gives its only shopper some points, and goes to a page with its script tag. */
type Visit = (rules: Json, points: number, cart?: Json, locale?: string) => Promise<void>;

const test = base.extend<{ visit: Visit }>({
  visit: async ({ page }, use) => {
    // A shop of one page.
    let html = "";
    const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(html));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(async (rules, points, cart, locale = "en") => {
      const { id, token } = await open(page, shop, rules, points);
      const queue = cart ? `<script>window.fidela = [["setCart", ${JSON.stringify(cart)}]]</script>` : "";
      html = `<!doctype html><html lang="en"><head><title>Second shop</title><link rel="icon" href="data:,">${queue}
        <script async src="${EDGE}/fidela.js" data-store="${id}" data-shopper="${token}" data-locale="${locale}">
        </script></head><body><main><h1>Second shop</h1></main></body></html>`;
      await page.goto(shop);
    });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  },
});

const open = async (page: Page, shop: string, rules: Json, points: number) => {
  const send = async (method: "POST" | "PUT", path: string, key: string, data: Json): Promise<Json> => {
    const headers = { authorization: `Bearer ${key}`, "idempotency-key": randomUUID() };
    const answer = await page.request.fetch(`${EDGE}${path}`, { method, headers, data });
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return (await answer.json()) as Json;
  };
  const program = {
    enabled: true,
    currency: "RON",
    timezone: "Europe/Bucharest",
    points: { value: { points: 1, minor: 100 }, display: "points" },
    earning: { award_statuses: ["delivered"], programs: [{ id: "base", rate: RATE }] },
    ...rules,
  };
  const store = await send("POST", "/v1/stores", process.env.E2E_OPERATOR_KEY ?? "", {
    name: "Second shop",
    locale: "en",
    origins: [shop],
    program,
  });
  const key = String(store.secret_key);
  await send("PUT", "/v1/customers/ana", key, { email: "ana@example.com", updated_at: new Date().toISOString() });
  await send("POST", "/v1/customers/ana/adjustments", key, { points, reason: "A gift" });
  const id = String(store.store_id);
  return { id, token: signed({ sub: "ana", aud: id }, String(store.identity_secret)) };
};

const line = (unit_price: number, category = "shoes"): Json => ({
  id: category,
  product_id: category,
  category_ids: [category],
  quantity: 1,
  unit_price,
  tax_bps: 2100,
});
const cart = (...lines: Json[]): Json => ({ currency: "RON", lines, shipping: { price: 1500, tax_bps: 2100 } });
const redemption = (rules: Json): Json => ({ redemption: { enabled: true, ...rules } });

test("S3.6: the same points are shown as money where the store says so", async ({ page, panel, visit }) => {
  const rules = { points: { value: { points: 10, minor: 100 }, display: "money" }, ...redemption({}) };
  await visit(rules, 240, cart(line(10000)));
  await panel.open();
  await expect(panel.balance).toHaveText(money("24.00"));
  await expect(panel.dialog).toContainText("That is 240 points");
  await expect(panel.history.first()).toContainText(money("24.00"));
  await expectAccessible(page);
  await panel.close();
  await expect(panel.launcher).toHaveText(money("24.00"));
});

test("S3.0: a program that is switched off says so, and the balance stays", async ({ page, panel, visit }) => {
  await visit({ enabled: false, ...redemption({}) }, 24, cart(line(10000)));
  await panel.open();
  await expect(panel.balance).toHaveText("24 points");
  await expect(panel.dialog).toContainText("The program is paused at the moment. Your points stay yours.");
  await panel.tab("Use points").click();
  await expect(panel.slider).toHaveCount(0);
  await expect(panel.dialog.locator("[part=refusal]")).toContainText("The program is paused at the moment.");
  await expectAccessible(page);
});

test("points that lapse say on which day", async ({ page, panel, visit }) => {
  await visit({ expiry: { type: "after_earning", days: 30 }, ...redemption({}) }, 24);
  await panel.open();
  await expect(panel.dialog.locator("[part=facts]")).toHaveText(/^24 points to use by \w+ \d+|^24 points to use by \d+ \w+/);
});

test.describe("each limit that binds is said in a sentence, and each refusal with what is missing", () => {
  const plain = cart(line(10000));
  const limits: [string, string, Json, number, Json, string, RegExp][] = [
    ["S2.4", "a share of the order", { max_bps: 2000 }, 90, plain, "23", /At most 20\s?% of the order: .*23\.00/],
    ["S2.4", "a share of the goods", { max_bps: 2000, percent_of: "items" }, 90, plain, "20", /At most 20\s?% of the goods: .*20\.00/],
    ["S3.3", "points of one order", { max_points: 15 }, 90, plain, "15", /At most 15 points on one order/],
    ["S3.3", "money of one order", { max_discount: 1200 }, 90, plain, "12", /At most .*12\.00.* off one order/],
    ["S3.9", "goods of a category", { categories: { match: "any_of", ids: ["shoes"] } }, 90, cart(line(4000), line(9000, "hats")), "40", /Points can pay .*40\.00.* of this cart/],
    ["S3.11", "the balance", {}, 7, plain, "7", /That is all you have/],
  ];
  for (const [row, what, rules, points, cart, most, sentence] of limits) {
    test(`${row}: ${what}`, async ({ page, panel, visit }) => {
      await visit(redemption(rules), points, cart);
      await panel.open("Use points");
      await expect(panel.slider).toHaveAttribute("max", most);
      const limits = panel.dialog.locator("[part=limits]");
      await expect(limits).toHaveText(sentence);
      // Below the most it is the shopper's wish alone that keeps it from being more.
      await panel.slider.press("ArrowLeft");
      await expect(limits).toBeEmpty();
      await panel.slider.press("ArrowRight");
      await expect(limits).toHaveText(sentence);
      // What the page decides, the edge holds.
      await panel.use.click();
      await expect(panel.dialog).toContainText(`${most} points are kept for your cart`);
    });
  }

  const refusals: [string, string, Json, number, Json, RegExp][] = [
    ["S3.3", "too small", { order_min: 20000 }, 90, plain, /85\.00.* more to use points: orders from .*200\.00/],
    ["S3.3", "too large", { order_max: 10000 }, 90, plain, /Points can be used on orders up to .*100\.00/],
    ["S3.4", "another group", { groups: ["gold"] }, 90, plain, /Using points is for other groups of customers/],
    ["S3.9", "nothing of the category", { categories: { match: "any_of", ids: ["hats"] } }, 90, plain, /Nothing in this cart can be paid with points/],
    ["S3.11", "too few points", { min_points: 50 }, 7, plain, /43 points more to go: you need at least 50 points/],
    ["S3.3", "too little room", { min_points: 50, max_bps: 2000 }, 90, plain, /At least 50 points have to be used at once, and this cart allows 23 points/],
  ];
  for (const [row, what, rules, points, cart, sentence] of refusals) {
    test(`${row}: ${what}`, async ({ page, panel, visit }) => {
      await visit(redemption(rules), points, cart);
      await panel.open("Use points");
      await expect(panel.dialog.locator("[part=refusal]")).toHaveText(sentence);
      await expect(panel.slider).toHaveCount(0);
    });
  }
});

test("S3.12: the slider and the field go in the store's steps", async ({ page, panel, visit }) => {
  await visit(redemption({ step: 10, min_points: 20 }), 95, cart(line(10000)));
  await panel.open("Use points");
  await expect(panel.slider).toHaveAttribute("min", "20");
  await expect(panel.slider).toHaveAttribute("max", "90");
  await panel.slider.press("ArrowLeft");
  await expect(panel.use).toHaveText("Use 80 points");
  for (const [typed, taken] of [
    ["47", "40"],
    ["3", "20"],
    ["100000", "90"],
    ["", "90"],
  ] as const) {
    await panel.field.fill(typed);
    await panel.field.blur();
    await expect(panel.field).toHaveValue(taken);
    await expect(panel.use).toHaveText(`Use ${taken} points`);
  }
});

test("a locale that we do not have gets another one of its language, or English", async ({ panel, visit }) => {
  for (const [asked, title] of [
    ["pt-PT", "pontos"],
    ["ro-MD", "puncte"],
    ["de", "points"],
  ] as const) {
    await visit(redemption({}), 24, undefined, asked);
    await panel.open();
    await expect(panel.balance).toContainText(title);
  }
});
