// The five systems that Fidela replaces: a merchant sets each up in the console, with the fields of its document and in
// their order, and a shopper sees it work in the demo shop.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { signIn } from "./console-kit.ts";
import { expect, expectAccessible, Panel, Shop } from "./kit.ts";
import { test, type Stage } from "./stage.ts";

const OWNER = "owner@demo.example";

/** Begins with nothing: a program that is switched off, in lei. */
const empty = async ({ edge, key }: Stage): Promise<void> => {
  const program = {
    enabled: false,
    currency: "RON",
    timezone: "Europe/Bucharest",
    points: { value: { points: 1, minor: 100 } },
    earning: { award_statuses: [] },
  };
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await fetch(`${edge}/v1/program`, { method: "PUT", headers, body: JSON.stringify(program) });
  expect(answer.status, await answer.text()).toBe(200);
};

/** What a merchant does in the console, page by page. */
class Merchant {
  readonly page: Page;
  readonly edge: string;

  constructor(page: Page, edge: string) {
    this.page = page;
    this.edge = edge;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.edge}/console/${path}`);
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible({ timeout: 20_000 });
  }

  /** Another part of the program; what was typed in this one stays. */
  async part(name: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Program" }).getByRole("link", { name, exact: true }).click();
    await expect(this.page.getByRole("navigation", { name: "Program" }).locator("[aria-current=page]")).toHaveText(name);
  }

  async fill(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(value);
  }

  async choose(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).selectOption(value);
  }

  async turn(label: string, on = true): Promise<void> {
    const toggle = this.page.getByRole("switch", { name: label, exact: true });
    if ((await toggle.isChecked()) !== on) await toggle.press("Space");
    await expect(toggle).toBeChecked({ checked: on });
  }

  /** A field that takes several words. */
  async words(label: string, ...words: string[]): Promise<void> {
    for (const word of words) {
      await this.fill(label, word);
      await this.page.getByLabel(label, { exact: true }).press("Enter");
    }
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  async publish(): Promise<void> {
    await this.press("Publish");
    await expect(this.page.getByText("Everything is published")).toBeVisible();
  }
}

/** Somebody with a browser of their own. */
const elsewhere = async (browser: Browser, { shop }: Stage, watched: BrowserContext): Promise<Page> => {
  const context = await browser.newContext({ baseURL: shop, viewport: watched.pages()[0]?.viewportSize() ?? null });
  return context.newPage();
};

test.beforeEach(async ({ page, stage }) => {
  await empty(stage);
  await signIn(page, { id: stage.store, owner: OWNER, edge: stage.edge });
});

// S3.1, S3.2, S3.0, S3.3, S3.5, S3.6, S3.7, S3.8, S3.9, S2.7, S3.12
test("points for each 50 lei, worth a leu each, within limits", async ({ page, browser, stage, context }) => {
  const merchant = new Merchant(page, stage.edge);
  await merchant.open("program/basics");
  await merchant.turn("Switched on");
  await merchant.part("Earning");
  await merchant.press("Points by amount");
  await merchant.fill("Points", "1");
  await merchant.fill("for each", "50");
  await merchant.part("Basics");
  await merchant.fill("So many points", "1");
  await merchant.fill("are worth", "1");
  await merchant.part("Earning");
  await merchant.words("Points come when an order is", "delivered");
  await merchant.part("Using");
  await merchant.turn("Points can be used");
  await merchant.fill("Smallest order", "60");
  await merchant.fill("Largest order", "1000");
  await merchant.fill("Largest share", "20");
  await merchant.part("Expiry");
  await merchant.choose("Points lapse", "All together, counted from the first");
  await merchant.fill("After", "6");
  await merchant.part("Basics");
  await merchant.choose("Shoppers see", "What they are worth");
  await merchant.part("Bonuses");
  await merchant.turn("Points for registering");
  await merchant.fill("Points", "5");
  await merchant.fill("What strangers read before", "Register and get 5 points");
  await expectAccessible(page);
  await merchant.publish();

  const friend = await elsewhere(browser, stage, context);
  await friend.goto("/");
  const panel = new Panel(friend);
  await panel.launcher.click();
  await expect(panel.dialog).toContainText("Register and get 5 points");
  await panel.close();
  const shop = new Shop(friend);
  await shop.signIn("Maria Stan");
  // 12 bowls of 100 lei are 24 points; above 1,000 lei none may be used, at 65 lei a fifth.
  await shop.fill({ "bowl-camp": 10 }, "pick-up");
  await shop.move(await shop.order(), "delivered");
  await shop.fill({ "mug-lut": 1 });
  await friend.goto("/cart");
  await panel.open("Use points");
  await expect(panel.dialog.locator("[part=limits]")).toContainText("13");
  await expect(panel.slider).toHaveAttribute("max", "13");
  await panel.close();
  await friend.context().close();
});

// S2.1 to S2.7: on a phone as on a desktop.
test("cashback by levels, with a better one for some days, and a birthday", async ({ page, browser, stage, context }) => {
  const merchant = new Merchant(page, stage.edge);
  await merchant.open("program/basics");
  await merchant.turn("Switched on");
  await merchant.part("Earning");
  await merchant.words("Points come when an order is", "delivered");
  await merchant.press("Cashback levels");
  const levels = page.locator(".level");
  await levels.nth(0).getByLabel("Gives back").fill("3");
  await levels.nth(0).getByLabel("Smallest order").fill("20");
  await merchant.press("Add a level");
  await levels.nth(1).getByLabel("Reached at").fill("1000");
  await levels.nth(1).getByLabel("Gives back").fill("5");
  await merchant.press("Cashback levels");
  await expect(page.locator(".item")).toHaveCount(2);
  await page.locator(".level").last().getByLabel("Gives back").fill("10");
  await page.getByRole("button", { name: "Period, groups, products, limits" }).last().click();
  await page.getByLabel("First day").last().fill("2020-01-01");
  await page.getByLabel("Last day").last().fill("2099-12-31");
  await merchant.part("Using");
  await merchant.turn("Points can be used");
  await merchant.fill("Largest share", "30");
  await merchant.part("Bonuses");
  await merchant.turn("Points on the birthday");
  await merchant.fill("Points", "25");
  await expectAccessible(page);
  await merchant.publish();

  const friend = await elsewhere(browser, stage, context);
  const shop = new Shop(friend);
  await shop.signIn("Dan Pop");
  await shop.fill({ "bowl-camp": 2 }, "pick-up");
  await shop.move(await shop.order(), "delivered");
  await friend.goto("/");
  const panel = new Panel(friend);
  await panel.open();
  // 10 % of 200 lei, and not 3 %.
  await expect(panel.balance).toHaveText("20 points");
  await friend.context().close();
});

// S1.1 to S1.4
test("a stamp card: name, orders, categories, reward, summary; and its progress", async ({ page, browser, stage, context }) => {
  const merchant = new Merchant(page, stage.edge);
  await merchant.open("program/basics");
  await merchant.turn("Switched on");
  await merchant.part("Earning");
  await merchant.words("Points come when an order is", "delivered");
  await merchant.part("Stamp cards");
  await merchant.press("Add a stamp card");
  await merchant.fill("Name", "Ceramics card");
  await merchant.fill("Orders for a reward", "2");
  await merchant.choose("Categories that count", "Only these");
  await merchant.words("Their ids", "ceramics");
  await merchant.choose("The reward", "A share off a product");
  await merchant.fill("The product’s id", "mug-lut");
  await merchant.press("Smallest order, products, repetition");
  await merchant.turn("Show extras beside the reward");
  await expect(page.locator(".summary")).toContainText("Orders for a reward: 2");
  await merchant.turn("The card is live");
  await expectAccessible(page);
  await merchant.publish();

  const friend = await elsewhere(browser, stage, context);
  const shop = new Shop(friend);
  await shop.signIn("Elena Rus");
  await shop.fill({ "bowl-camp": 1 }, "pick-up");
  await shop.move(await shop.order(), "delivered");
  const panel = new Panel(friend);
  await friend.goto("/");
  await panel.open();
  await expect(panel.dialog).toContainText("Ceramics card");
  await panel.close();

  await test.step("the merchant sees how far each shopper is, and gives a stamp by hand", async () => {
    await merchant.open("shoppers");
    await page.getByLabel("Search").fill("Elena");
    await page.getByRole("link", { name: /Elena Rus/ }).first().click();
    await expect(page.getByText("1 of 2 stamps")).toBeVisible();
    await page.getByRole("button", { name: /Change stamps/ }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Stamps").fill("1");
    await dialog.getByLabel("Reason").fill("Bought at the fair");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Ready", { exact: true })).toBeVisible();
  });
  await friend.reload();
  await panel.open();
  await expect(panel.dialog).toContainText(/Lut mug|mug-lut|Ceramics card/);
  await friend.context().close();
});

// S4.1 to S4.5
test("the mission of creating an account, from the library, once", async ({ page, browser, stage, context }) => {
  const merchant = new Merchant(page, stage.edge);
  await merchant.open("program/basics");
  await merchant.turn("Switched on");
  await merchant.publish();
  await merchant.open("missions");
  const library = page.locator(".library");
  await library.getByRole("button", { name: /Create an account/ }).click();
  await merchant.fill("Name", "Join us");
  await expect(page.getByLabel("Points", { exact: true })).not.toHaveValue("");
  await merchant.fill("Points", "40");
  await expect(library.getByRole("button", { name: /Create an account/ })).toBeDisabled();
  await expectAccessible(page);
  await merchant.publish();

  const newcomer = await elsewhere(browser, stage, context);
  await new Shop(newcomer).signIn("Nou Venit");
  await newcomer.goto("/");
  const panel = new Panel(newcomer);
  await panel.open();
  await expect(panel.balance).toHaveText("40 points");
  await newcomer.context().close();

  await test.step("who had an account before gets them with the first visit", async () => {
    const old = await elsewhere(browser, stage, context);
    await old.request.post("/sign-in", { form: { shopper: "mihai" } });
    await old.goto("/");
    const widget = new Panel(old);
    await widget.open();
    await expect(widget.balance).toHaveText("40 points");
    await old.context().close();
  });
});

// S0.1 to S0.5
test("a mission of one's own, completed by spreadsheet", async ({ page, browser, stage, context }) => {
  const merchant = new Merchant(page, stage.edge);
  await merchant.open("program/basics");
  await merchant.turn("Switched on");
  await merchant.publish();
  await merchant.open("missions");
  await page.locator(".library").getByRole("button", { name: /Special mission/ }).click();
  await merchant.fill("Name", "Answered our survey");
  await merchant.fill("Points", "15");
  await merchant.fill("Times for each shopper", "1");
  await merchant.publish();

  await merchant.open("imports/new");
  await page.getByLabel("Choose a file").setInputFiles({
    name: "survey.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("customer_id,reference\nana,s-1\nana,s-1\nnobody-known,s-2\n"),
  });
  await page.getByRole("button", { name: /Check|Upload|Send/ }).first().click();
  await page.getByRole("button", { name: /Start|Count/ }).first().click();
  await expect(page.getByText(/15/).first()).toBeVisible();

  const ana = await elsewhere(browser, stage, context);
  await ana.request.post("/sign-in", { form: { shopper: "ana" } });
  await ana.goto("/");
  const panel = new Panel(ana);
  await panel.open();
  await expect(panel.balance).toHaveText("15 points");
  await ana.context().close();
});
