// What the tests stand on: a page that is watched for complaints, a shopper of its own for each test, and the
// widget as people find it (roles and names, never classes).
import { createHmac } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Locator, type Page } from "@playwright/test";

export { expect };
export type { Locator, Page };

/** The edge, as `cargo xtask serve` tells it. */
export const EDGE = process.env.FIDELA_URL ?? "";

/** What the browser complained about: an empty list is what every test ends with. */
type Complaints = { all: string[]; tolerate: (about: RegExp) => void };

export const test = base.extend<{ complaints: Complaints; shop: Shop; panel: Panel }>({
  complaints: [
    async ({ context }, use) => {
      const all: string[] = [];
      const tolerated: RegExp[] = [];
      const complain = (text: string) => {
        if (!tolerated.some((about) => about.test(text))) all.push(text);
      };
      await context.exposeBinding("fidelaTestViolation", (_, text: string) => complain(`policy: ${text}`));
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) => {
          const report = (window as unknown as Record<string, (text: string) => void>).fidelaTestViolation;
          report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
        });
      });
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
          complain(`${message.type()}: ${message.text()} ${message.location().url}`);
        }
      });
      context.on("weberror", (error) => complain(`uncaught: ${error.error().stack}`));
      await use({ all, tolerate: (about) => tolerated.push(about) });
      expect(all, "the browser has nothing to complain about").toEqual([]);
    },
    { auto: true },
  ],
  shop: async ({ page }, use) => use(new Shop(page)),
  panel: async ({ page }, use) => use(new Panel(page)),
});

/** Products by id, with how many of each. */
export type Goods = Record<string, number>;

/** The demo shop. What a test is not about is done by the shop's own forms, without a browser in between. */
export class Shop {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Signs in as somebody who was never here before. */
  async signIn(name = "Ana Popescu"): Promise<void> {
    await this.send("/sign-in", { shopper: "new", name });
  }

  /** Puts these goods, and no others, into the cart. */
  async fill(goods: Goods, delivery: "courier" | "pick-up" = "courier"): Promise<void> {
    for (const [product, quantity] of Object.entries(goods)) {
      await this.send("/cart/add", { product, quantity: String(quantity) });
    }
    await this.send("/cart/delivery", { delivery });
  }

  /** Orders what is in the cart; answers the order's id. */
  async order(): Promise<string> {
    const url = await this.send("/checkout", { name: "Ana Popescu", email: "ana@example.com", payment: "card" });
    return orderIn(url);
  }

  async move(order: string, status: "paid" | "delivered" | "cancelled"): Promise<void> {
    await this.send(`/orders/${order}/status`, { status });
  }

  /** Has so many points from an order that was delivered, within the first level: at most 300. */
  async earn(points: number): Promise<string> {
    // A bowl costs 100 lei, and each 50 lei give a point.
    await this.fill({ "bowl-camp": points / 2 }, "pick-up");
    const order = await this.order();
    await this.move(order, "delivered");
    return order;
  }

  private async send(path: string, form: Record<string, string>): Promise<string> {
    const answer = await this.page.request.post(path, { form });
    expect(answer.ok(), `POST ${path} answered ${answer.status()}`).toBe(true);
    return answer.url();
  }

  /** The line of the cart's or the order's sums with this name. */
  sum(name: string): Locator {
    const row = this.page.locator(".sums > div").filter({ has: this.page.getByText(name, { exact: true }) });
    return row.getByRole("definition");
  }
}

/** The id at the end of an order's address. */
export const orderIn = (url: string): string => {
  const id = new URL(url).pathname.match(/^\/orders\/(.+)$/)?.[1];
  expect(id, `${url} is an order's address`).toBeTruthy();
  return id ?? "";
};

/** The widget: its launcher, and the dialog that it opens. */
export class Panel {
  readonly page: Page;
  readonly launcher: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.launcher = page.locator("fidela-launcher").locator("button, a");
    this.dialog = page.getByRole("dialog");
  }

  /** Opens it, and waits until it shows somebody's points. */
  async open(tab?: string): Promise<void> {
    await this.launcher.click();
    await expect(this.tabs().first()).toBeVisible();
    if (tab) await this.tab(tab).click();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await expect(this.dialog).toBeHidden();
  }

  tabs(): Locator {
    return this.dialog.getByRole("tab");
  }

  tab(name: string): Locator {
    return this.dialog.getByRole("tab", { name, exact: true });
  }

  get slider(): Locator {
    return this.dialog.getByRole("slider");
  }

  get field(): Locator {
    return this.dialog.getByRole("spinbutton");
  }

  /** The balance, as a number with its word. */
  get balance(): Locator {
    return this.dialog.locator("[part=balance] .big");
  }

  /** The line of the panel's sums with this name. */
  sum(name: string): Locator {
    const row = this.dialog.locator("[part=sums] > div").filter({ has: this.page.getByText(name, { exact: true }) });
    return row.locator("dd");
  }

  /** The button that uses points, whatever their number. */
  get use(): Locator {
    return this.dialog.getByRole("button", { name: /^Use \d+ points?$/ });
  }

  get code(): Locator {
    return this.dialog.locator("[part=code]");
  }

  get history(): Locator {
    return this.dialog.locator("[part=history]").getByRole("listitem");
  }
}

/** An amount of money, whichever side of it the currency stands on: `20.00 lei`, `RON 20.00`. */
export const money = (amount: string): RegExp =>
  new RegExp(`(^|[^\\d.,])${amount.replace(/[.]/g, "[.,]").replace(/ /g, "\\s")}($|[^\\d])`);

/** What axe finds in the way of somebody, contrast among it. */
export const faults = async (page: Page, { contrast = true } = {}): Promise<string[]> => {
  // Contrast is a matter of what is drawn in the end, not of the way there.
  await page.evaluate(() => {
    // What turns for ever, as while something is on its way, is never finished.
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.all(ending.map((one) => one.finished.catch(() => {})));
  });
  const axe = new AxeBuilder({ page }).options({
    resultTypes: ["violations"],
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    rules: {
      "color-contrast": { enabled: contrast },
      "target-size": { enabled: true },
      // The launcher stands beside the landmarks of a page that is not ours.
      region: { enabled: false },
    },
  });
  // In this one page: no other one is opened to put the answers of frames together.
  axe.setLegacyMode(true);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.flat().join(" ")}: ${node.failureSummary}`),
  );
};

/** Keeps a picture of the page, for whoever wants to look at them (`E2E_SHOTS`: where). */
export const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.E2E_SHOTS;
  if (!folder) return;
  const look = (await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)) ? "dark" : "light";
  const file = `${folder}/${name}-${test.info().project.name}-${look}.png`;
  await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
};

const taken = new Map<string, number>();

/** Nothing that axe knows of stands in the way of anybody. What is looked at so is worth a picture. */
export const expectAccessible = async (page: Page, options = {}): Promise<void> => {
  const { title, file } = test.info();
  const of = `${file.match(/([^/]+)\.spec/)?.[1]}-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 40)}`;
  taken.set(of, (taken.get(of) ?? 0) + 1);
  await shot(page, `${of}-${taken.get(of)}`);
  expect(await faults(page, options), "axe").toEqual([]);
};

/** Where the focus is, through shadow roots. */
export const isFocused = (place: Locator): Promise<boolean> =>
  place.evaluate((one) => {
    const root = one.getRootNode() as Document | ShadowRoot;
    return root.activeElement === one;
  });

/** Presses Tab until the focus is there, as somebody without a mouse does. */
export const tabTo = async (page: Page, place: Locator, key = "Tab"): Promise<void> => {
  await expect(place).toBeVisible();
  for (let steps = 0; steps < 60; steps += 1) {
    if (await isFocused(place)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`60 times ${key}, and the focus did not come to ${place}`);
};

/** A shopper's token, signed as a shop's server does; good for an hour. */
export const signed = (claims: Record<string, unknown>, secret: string): string => {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ iat: now, exp: now + 3600, ...claims })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
};
