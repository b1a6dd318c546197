// Points that are held: in one tab and not in another, for this cart and not for a made-up one, until they are let
// go.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EDGE, expect, expectAccessible, money, orderIn, Panel, Shop, test, type Page } from "./kit.ts";

/** What the merchant's own server may ask: the demo store's key lies with its data. */
const merchant = async (page: Page, path: string) => {
  const file = join(process.env.E2E_DATA ?? "", "demo-store.json");
  const { secret_key: key } = JSON.parse(readFileSync(file, "utf8")) as { secret_key: string };
  const answer = await page.request.get(`${EDGE}${path}`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.ok(), `GET ${path} answered ${answer.status()}`).toBe(true);
  return answer.json();
};

/** Tells the widget of a cart that the shop knows nothing of: fifteen grinders, 4,800 lei. */
const forge = (page: Page) =>
  page.evaluate(() => {
    const lines = [
      { id: "1", product_id: "grinder-moara", category_ids: ["brewing"], quantity: 15, unit_price: 32000, tax_bps: 2100 },
    ];
    const queue = (window as unknown as { fidela: { push: (call: unknown[]) => void } }).fidela;
    queue.push(["setCart", { currency: "RON", lines }]);
  });

test("two tabs: what is held in one cannot be used in the other, which says so", async ({
  page,
  shop,
  panel,
  context,
  complaints,
}) => {
  // The browser reports the refusal, as it does every answer that is no success.
  complaints.tolerate(/status of 422 .*\/v1\/me\/redemptions/);
  await shop.signIn();
  await shop.earn(20);
  // 135 lei: all 20 points would fit.
  await shop.fill({ "dripper-con": 1 });
  await page.goto("/cart");
  const other = await context.newPage();
  await other.goto("/cart");
  const there = new Panel(other);

  await page.bringToFront();
  await panel.open("Use points");
  await expect(panel.use).toHaveText("Use 20 points");
  await other.bringToFront();
  await there.open("Use points");
  await expect(there.use).toHaveText("Use 20 points");

  await test.step("the other tab has not heard of it, and is told by the edge", async () => {
    // As a tab that slept does: it hears nothing of its sister, and still shows what was true before.
    await other.evaluate(() => {
      addEventListener("focus", (event) => event.stopImmediatePropagation(), true);
      document.addEventListener("visibilitychange", (event) => event.stopImmediatePropagation(), true);
    });
    let isAsleep = true;
    await other.route(`${EDGE}/v1/me`, (route) => (isAsleep ? undefined : route.continue()));
    await page.bringToFront();
    await panel.use.click();
    await expect(panel.code).toBeVisible();
    await expect(there.use).toHaveText("Use 20 points");
    isAsleep = false;
    await there.use.dispatchEvent("click");
    await other.bringToFront();
    await expect(there.dialog).toContainText("used elsewhere");
    await expect(there.use).toHaveCount(0);
  });

  await test.step("both show the same hold now, and either lets it go", async () => {
    await expect(there.code).toHaveText((await panel.code.textContent()) ?? "");
    await expectAccessible(other);
    await there.dialog.getByRole("button", { name: "Let go" }).click();
    await expect(there.use).toHaveText("Use 20 points");
    await expect(panel.use).toHaveText("Use 20 points");
  });

  await test.step("a tab that is awake hears of its sister by itself", async () => {
    await there.use.click();
    await expect(there.code).toBeVisible();
    await expect(panel.code).toHaveText((await there.code.textContent()) ?? "");
  });
});

test("a forged cart is refused at checkout with a sentence, and the points are back", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/status of 409 .*\/checkout/);
  await shop.signIn();
  await shop.earn(60);
  await shop.fill({ "bowl-camp": 1 }, "pick-up");
  await page.goto("/cart");
  await forge(page);
  await panel.open("Use points");
  await expect(panel.use).toHaveText("Use 60 points");
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  await panel.close();
  await expect(shop.sum("Points")).toHaveText(money("60.00"));

  await page.getByRole("button", { name: "Check out" }).click();
  await page.getByRole("button", { name: "Place order" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The discount is not the one that these points are worth on this cart.");
  await expect(alert).toContainText("At most 20.00 lei can come off.");
  await expect(alert).toContainText("You can order without them");
  await expect(shop.sum("Total")).toHaveText(money("100.00"));
  await expect(shop.sum("Points")).toHaveCount(0);
  await expectAccessible(page);
  await panel.open();
  await expect(panel.balance).toHaveText("60 points");
  await panel.close();

  await page.getByRole("button", { name: "Place order" }).click();
  await expect(page.getByText("Your order is placed")).toBeVisible();
  await expect(shop.sum("Total")).toHaveText(money("100.00"));
});

test("a forged cart whose order is placed all the same burns every point of its discount, and is marked", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await shop.earn(60);
  await shop.fill({ "bowl-camp": 1 }, "pick-up");
  await page.goto("/cart");
  await forge(page);
  await panel.open("Use points");
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  await panel.close();
  await expect(shop.sum("Points")).toHaveText(money("60.00"));

  await page.goto("/checkout?skip_confirm=1");
  await page.getByRole("button", { name: "Place order" }).click();
  await expect(page.getByText("Your order is placed")).toBeVisible();
  await expect(shop.sum("Points")).toHaveText(money("60.00"));
  const order = orderIn(page.url());
  await expect(page.getByRole("group", { name: /^Answer to/ })).toContainText('"over_limit": true');
  const told = await merchant(page, `/v1/orders/${order}`).catch(() => undefined);
  if (told) expect(told.over_limit).toBe(true);

  // A discount once given is never free: nothing is left of what it cost.
  await panel.open();
  await expect(panel.balance).toHaveText("0 points");
  await expect(panel.history.nth(0)).toContainText("Used");
  await expect(panel.history.nth(1)).toContainText(/Set aside for your cart.*−60/);
  await expectAccessible(page);
});

test("points that were let go behind the shop's back are taken all the same when the order comes", async ({
  page,
  shop,
  panel,
  context,
}) => {
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "dripper-con": 1 });
  await page.goto("/cart");
  await panel.open("Use points");
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  await panel.close();
  await expect(shop.sum("Points")).toHaveText(money("20.00"));

  await test.step("let go in a tab whose shop does not listen", async () => {
    const other = await context.newPage();
    await other.route("**/shop.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await other.goto("/rewards");
    const there = new Panel(other);
    await there.open("Use points");
    await there.dialog.getByRole("button", { name: "Let go" }).click();
    await expect(there.dialog).toContainText("Nothing in your cart yet");
    await other.close();
  });

  await page.goto("/checkout?skip_confirm=1");
  await page.getByRole("button", { name: "Place order" }).click();
  await expect(page.getByText("Your order is placed")).toBeVisible();
  await expect(shop.sum("Points")).toHaveText(money("20.00"));
  await panel.open();
  await expect(panel.balance).toHaveText("0 points");
  await expect(panel.history.first()).toContainText("−20");
});

test("a hold outlives a reload with its code and time left; let go, the points and the price are back (S3.11)", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  await page.goto("/cart");
  await panel.open("Use points");
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  const code = (await panel.code.textContent()) ?? "";
  await expect(shop.sum("Points")).toHaveText(money("13.00"));

  await page.reload();
  await expect(shop.sum("Points")).toHaveText(money("13.00"));
  await panel.open();
  await expect(panel.balance).toHaveText("7 points");
  await expect(panel.dialog).toContainText("13 points kept for your cart");
  await panel.tab("Use points").click();
  await expect(panel.code).toHaveText(code);
  await expect(panel.dialog.getByRole("timer")).toHaveText(/^(30|29):\d\d$/);

  await panel.dialog.getByRole("button", { name: "Let go" }).click();
  await expect(panel.use).toHaveText("Use 13 points");
  await expect(panel.dialog.getByRole("status")).toHaveText("Let go. Your points are back.");
  await panel.tab("Points").click();
  await expect(panel.balance).toHaveText("20 points");
  await panel.close();
  await expect(shop.sum("Points")).toHaveCount(0);
  await expect(shop.sum("Total")).toHaveText(money("65.00"));
});

test("a hold that the shop never heard of is told again after a reload, once", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/ERR_FAILED/);
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  await page.goto("/cart");
  await page.route("**/cart/redemption", (route) => route.abort());
  await panel.open("Use points");
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  await expect(page.getByText("The cart could not be reached.")).toBeVisible();
  await page.unroute("**/cart/redemption");
  let told = 0;
  page.on("request", (request) => {
    told += Number(request.method() === "POST" && request.url().endsWith("/cart/redemption"));
  });
  await page.reload();
  await expect(shop.sum("Points")).toHaveCount(0);
  await panel.open("Use points");
  await expect(panel.code).toBeVisible();
  await expect(shop.sum("Points")).toHaveText(money("13.00"));
  await panel.close();
  await panel.open("Points");
  await expect(panel.balance).toHaveText("7 points");
  expect(told).toBe(1);
});

test("a hold whose answer is lost is asked for again with the same key, and holds once", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/ERR_(FAILED|CONNECTION)/);
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  await page.goto("/cart");
  const keys: (string | undefined)[] = [];
  await page.route(`${EDGE}/v1/me/redemptions`, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.push(route.request().headers()["idempotency-key"]);
    // The edge does it, and its answer is lost on the way.
    await route.fetch();
    await route.abort();
  });
  await panel.open("Use points");
  await panel.use.click();
  await expect(panel.dialog).toContainText("We could not be reached");
  await page.unroute(`${EDGE}/v1/me/redemptions`);
  page.on("request", (request) => {
    const isHold = request.method() === "POST" && request.url() === `${EDGE}/v1/me/redemptions`;
    if (isHold) keys.push(request.headers()["idempotency-key"]);
  });
  await page.reload();
  await panel.open("Use points");
  await expect(panel.code).toBeVisible();
  await expect(shop.sum("Points")).toHaveText(money("13.00"));
  expect(keys).toEqual([keys[0], keys[0]]);
  await panel.tab("Points").click();
  await expect(panel.balance).toHaveText("7 points");
});

test("another shopper's hold is none of this cart's", async ({ page, shop, panel, browser, baseURL }) => {
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  await page.goto("/cart");
  const redeemed = page.evaluate(
    () =>
      new Promise<string>((done) =>
        addEventListener("fidela:redeemed", (event) => done((event as CustomEvent<{ id: string }>).detail.id)),
      ),
  );
  await panel.open("Use points");
  await panel.use.click();
  const id = await redeemed;

  const stranger = await browser.newContext({ baseURL });
  const theirs = new Shop(await stranger.newPage());
  await theirs.signIn("Mihai Ionescu");
  await theirs.fill({ "mug-lut": 1 });
  const answer = await theirs.page.request.post("/cart/redemption", { data: { id } });
  expect(answer.status()).toBe(422);
  await stranger.close();
});
