// The README's pictures: what is on them is gone through in each run. With FIDELA_SCREENSHOTS=1 they are taken anew:
// FIDELA_SCREENSHOTS=1 npx playwright test screenshots
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test as clocked, DAY_MS, OPERATOR_KEY, type Clockwork } from "./clockwork.ts";
import { SHOP } from "./console-data.ts";
import { address, signIn, type Json, type Place } from "./console-kit.ts";
import { expect, test, type Page } from "./kit.ts";

/** What moves comes to rest. */
const settle = (page: Page) =>
  page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));

/** Where a picture goes: beside the README, or where nobody keeps it. */
const picture = (name: string): string => {
  const folder = fileURLToPath(new URL(process.env.FIDELA_SCREENSHOTS ? "../../www/pictures" : "../../test-results/pictures", import.meta.url));
  mkdirSync(folder, { recursive: true });
  return `${folder}/${name}.png`;
};

test("pictures for the README", async ({ page, shop, panel }, info) => {
  await shop.signIn();
  await shop.earn(60);
  await shop.fill({ "dripper-con": 1, "coffee-guji": 1 });
  await page.goto("/cart");
  if (info.project.name === "phone") {
    await panel.open();
    await expect(panel.history.first()).toBeVisible();
    await settle(page);
    await page.screenshot({ path: picture("points"), animations: "disabled" });
    await panel.tab("Use points").click();
    await panel.slider.fill("25");
    await expect(panel.use).toHaveText("Use 25 points");
    await settle(page);
    await page.screenshot({ path: picture("use-points"), animations: "disabled" });
  } else {
    await panel.open("Use points");
    await panel.use.click();
    await expect(panel.code).toBeVisible();
    await settle(page);
    await page.screenshot({ path: picture("cart"), animations: "disabled" });
  }
});

const NAMES = ["Ana Popescu", "María García", "João Silva", "Zoë Müller", "Émile Lefèvre", "Ioana Rusu", "Ștefan Ionescu", "Ines Duarte"];

/** A shop in its fifth week: every day some order, and from the second week on points that pay. */
const busyShop = async ({ url, send }: Clockwork): Promise<Place> => {
  const owner = address("ana");
  const program = { ...SHOP, points: { value: { points: 1, minor: 100 }, display: "points" } };
  const made = await send("POST", "/v1/stores", OPERATOR_KEY, {
    name: "Lumo Coffee", locale: "en", shards: 1, program, origins: ["https://lumo.example"], owner: { email: owner, name: "Ana Pop" },
  });
  const key = String(made.secret_key);
  const call = (method: string, path: string, at: Date, data: Json) => send(method, path, key, data, at);
  const start = Date.now() - 34 * DAY_MS;
  for (const [who, name] of NAMES.entries()) {
    await call("PUT", `/v1/customers/s-${who}`, new Date(start), { name, email: `shopper${who}@example.com` });
  }
  for (let day = 0; day <= 34; day += 1) {
    // More each week, and most on a weekend; the same each time.
    const count = 1 + Math.floor(day / 7) + (day % 7 > 4 ? 2 : 0);
    for (let n = 0; n < count; n += 1) {
      const at = new Date(Math.min(start + day * DAY_MS + n * 60_000, Date.now()));
      const who = (day * 3 + n) % NAMES.length;
      const [id, price] = [`s-${who}`, 6_000 + ((day * 7 + n * 13) % 11) * 1_500];
      const lines = [{ id: "1", product_id: "guji", quantity: 1, unit_price: price, tax_bps: 1900 }];
      const order: Json = { id: `${1000 + day * 10 + n}`, customer: { id }, currency: "RON", placed_at: at.toISOString(), status: "delivered", lines };
      if (day > 10 && n % 2 === 1) {
        const held = await call("POST", "/v1/redemptions", at, { customer_id: id, points: 2 + (day % 4), cart: { currency: "RON", lines } }).catch(() => null);
        if (held) Object.assign(order, { redemption_id: held.id, points_discount: held.discount });
      }
      await call("PUT", `/v1/orders/${order.id}`, at, order);
    }
  }
  return { id: String(made.store_id), owner, edge: url };
};

clocked("pictures of the console for the README", async ({ page, clockwork, complaints }, info) => {
  clocked.setTimeout(300_000);
  complaints.tolerate(/401.*\/v1\/session/);
  const take = async (path: string, ready: () => Promise<void>, name: string) => {
    await page.goto(`${clockwork.url}/console/${path}`);
    await ready();
    await page.waitForLoadState("networkidle");
    await page.mouse.move(0, 0);
    await page.screenshot({ path: picture(name), animations: "disabled" });
  };
  await signIn(page, await busyShop(clockwork));
  if (info.project.name === "phone") {
    await take("shoppers", () => expect(page.getByRole("link", { name: "Ana Popescu" })).toBeVisible(), "console-shoppers");
    await take("missions", () => expect(page.getByText("Write a review").first()).toBeVisible(), "console-missions");
  } else {
    await take("program/earning", () => expect(page.getByText(/worth .* for an order of/)).toBeVisible(), "console-program");
    await take("reports/activity", () => expect(page.getByRole("img", { name: /by day/i })).toBeVisible(), "console-reports");
    const widget = page.frameLocator("iframe[title='The widget in your shop']");
    await take("look", () => expect(widget.getByText("240").first()).toBeVisible({ timeout: 30_000 }), "console-look");
  }
});
