// Every state that a shopper can meet, and that the shop goes on whatever becomes of us.
import { EDGE, expect, expectAccessible, Panel, signed, tabTo, test, type Page } from "./kit.ts";

/** Remembers the widget's events, from before the first script runs. */
const listen = (page: Page) =>
  page.addInitScript(() => {
    const heard: string[] = ((window as unknown as { heard: string[] }).heard = []);
    for (const name of ["ready", "redeemed", "released", "token-expired", "error"]) {
      addEventListener(`fidela:${name}`, (event) =>
        heard.push(`${name} ${JSON.stringify((event as CustomEvent).detail)}`),
      );
    }
  });
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard);

test("a stranger reads what the program gives, also on this cart", async ({ page, shop, panel }) => {
  await shop.fill({ "bowl-camp": 1 });
  await page.goto("/cart");
  await expect(panel.launcher).toHaveText("Points");
  await panel.launcher.click();
  await expect(panel.dialog).toContainText("Collect points here");
  await expect(panel.dialog).toContainText("This cart would earn you 2 points");
  await expect(panel.dialog).toContainText("1 point for each 50 lei");
  await expect(panel.tabs()).toHaveText(["Points", "Missions"]);
  await expectAccessible(page);
});

test("an empty cart says what the second tab is for, and the first one that there is no history", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await page.goto("/");
  await panel.open();
  await expect(panel.dialog).toContainText("Nothing here yet. Your first order will be.");
  await panel.tab("Use points").click();
  await expect(panel.dialog).toContainText("Nothing in your cart yet");
  await expect(panel.dialog).toContainText("You have 0 points.");
  await expectAccessible(page);
});

test("a shopper without points reads how many are missing", async ({ page, shop, panel }) => {
  await shop.signIn();
  await shop.fill({ "bowl-camp": 1 });
  await page.goto("/cart");
  await panel.open("Use points");
  await expect(panel.dialog.locator("[part=refusal]")).toContainText("1 point more to go: you need at least 1 point.");
  await expect(panel.dialog).toContainText("This order will earn you 2 points");
  await expectAccessible(page);
});

test("while the points are on their way, their place is kept and nothing jumps", async ({ page, shop, panel }) => {
  await shop.signIn();
  await page.goto("/");
  let answer = () => {};
  const answered = new Promise<void>((go) => (answer = go));
  await page.route(`${EDGE}/v1/me`, async (route) => {
    await answered;
    await route.continue();
  });
  await panel.launcher.click();
  await expect(panel.dialog.locator("[aria-busy=true]")).toBeVisible();
  await expectAccessible(page);
  const before = await panel.dialog.boundingBox();
  answer();
  await expect(panel.balance).toHaveText("0 points");
  // On a phone the sheet grows with what is in it; its lower edge stays.
  const after = await panel.dialog.boundingBox();
  expect(after && after.y + after.height).toBe(before && before.y + before.height);
  expect(after?.width).toBe(before?.width);
});

test("an error can be tried again; offline is said as such; the shop goes on", async ({
  page,
  shop,
  panel,
  context,
  complaints,
}) => {
  complaints.tolerate(/status of 500|ERR_INTERNET_DISCONNECTED/);
  await listen(page);
  await shop.signIn();
  await shop.earn(20);
  await page.goto("/");
  await page.route(`${EDGE}/v1/me`, (route) => route.fulfill({ status: 500, body: "no" }));
  await panel.launcher.click();
  await expect(panel.dialog).toContainText("That did not work");
  await expectAccessible(page);
  expect(await heard(page)).toContainEqual(expect.stringContaining("error"));

  await page.unroute(`${EDGE}/v1/me`);
  await context.setOffline(true);
  const retry = panel.dialog.getByRole("button", { name: "Try again" });
  await retry.click();
  await expect(panel.dialog.getByRole("heading", { name: "You are offline" })).toBeVisible();
  await expectAccessible(page);
  await context.setOffline(false);
  // By hand, or by itself when the browser says that there is a network again.
  await expect(async () => {
    if (await retry.isVisible()) await retry.click({ timeout: 500 });
    await expect(panel.balance).toHaveText("20 points", { timeout: 1_000 });
  }).toPass();
});

test("offline while using points: said, kept, and sent once when there is a network again", async ({
  page,
  shop,
  panel,
  context,
  complaints,
}) => {
  complaints.tolerate(/ERR_INTERNET_DISCONNECTED/);
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  await page.goto("/cart");
  await panel.open("Use points");
  await context.setOffline(true);
  await panel.use.click();
  await expect(panel.dialog.locator("[part=notice]")).toContainText("You are offline");
  await expectAccessible(page);
  await context.setOffline(false);
  // By hand, or by itself when the browser says that there is a network again: the key is the same.
  await expect(async () => {
    if (await panel.use.isVisible()) await panel.use.click({ timeout: 500 });
    await expect(panel.code).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(panel.dialog.locator("[part=notice]")).toHaveCount(0);
  await panel.tab("Points").click();
  await expect(panel.balance).toHaveText("7 points");
});

test("a token that ran out: the page is asked for another one, and the points appear by themselves", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/status of 401 .*\/v1\/me/);
  await listen(page);
  await shop.signIn();
  await shop.earn(20);
  await page.goto("/?token=expired");
  await panel.open();
  await expect(panel.balance).toHaveText("20 points");
  expect(await heard(page)).toContainEqual("token-expired {}");
});

test("a token that ran out on a page that does not answer: sign in again, or try again", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/status of 401 .*\/v1\/me/);
  await shop.signIn();
  await shop.earn(20);
  await page.route("**/shop.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await page.goto("/?token=expired");
  await panel.launcher.click();
  await expect(panel.dialog).toContainText("Please sign in again");
  await expectAccessible(page);
  // The page has another one in the end.
  const token = await page.evaluate(async () => ((await (await fetch("/fidela-token")).json()) as { token: string }).token);
  await page.evaluate(
    (token) => (window as unknown as { fidela: { push: (call: unknown[]) => void } }).fidela.push(["setShopper", token]),
    token,
  );
  await expect(panel.balance).toHaveText("20 points");
});

test("a token's address is asked when a token is needed, and again when that one ran out", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/status of 401 .*\/v1\/me/);
  await shop.signIn();
  await shop.earn(20);
  await page.goto("/?token=expired");
  const old = await page.locator("script[data-shopper]").getAttribute("data-shopper");
  let asked = 0;
  await page.route("**/fidela-token", (route) => {
    asked += 1;
    return asked === 1 ? route.fulfill({ json: { token: old } }) : route.continue();
  });
  await page.goto("/?token=url");
  await expect(page.locator("script[data-token-url]")).not.toHaveAttribute("data-shopper");
  await expect(panel.launcher).toBeVisible();
  expect(asked, "nobody is asked before somebody looks").toBe(0);
  await panel.open();
  await expect(panel.balance).toHaveText("20 points");
  expect(asked).toBe(2);
});

test("a token that somebody else signed shows nobody's points", async ({ page, shop, panel, complaints }) => {
  complaints.tolerate(/status of 401 .*\/v1\/me/);
  await shop.signIn();
  await page.goto("/");
  const store = await page.locator("script[data-store]").getAttribute("data-store");
  await page.evaluate(
    (token) => (window as unknown as { fidela: { push: (call: unknown[]) => void } }).fidela.push(["setShopper", token]),
    signed({ sub: "ana", aud: store }, "not the store's secret"),
  );
  await panel.launcher.click();
  await expect(panel.dialog).toContainText("Please sign in again");
  await expect(panel.balance).toHaveCount(0);
});

test("the panel in the page: drawn when it comes into view, beside the launcher's own", async ({
  page,
  shop,
  panel,
}) => {
  await listen(page);
  await shop.signIn();
  await shop.earn(20);
  await page.goto("/rewards");
  const inline = page.locator("fidela-panel:not([data-dialog])").locator("[part=panel]");
  await expect(inline).toHaveAccessibleName("Demo shop");
  await expect(inline.locator("[part=balance] .big")).toHaveText("20 points");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await heard(page)).toContainEqual("ready {}");
  await inline.getByRole("tab", { name: "Use points" }).click();
  await expect(inline).toContainText("Nothing in your cart yet");
  await expectAccessible(page);
  // The page may say later which tab it means, and a name that is none changes nothing.
  const wish = (view: string) => page.locator("fidela-panel:not([data-dialog])").evaluate((one, to) => one.setAttribute("view", to), view);
  const selected = inline.getByRole("tab", { selected: true });
  await wish("points");
  await expect(selected).toHaveText("Points");
  await wish("redeem");
  await expect(selected).toHaveText("Use points");
  await wish("nothing");
  await expect(selected).toHaveText("Use points");
  await panel.open();
  await expect(panel.balance).toHaveText("20 points");
  await expectAccessible(page);
  await panel.close();
});

test("on a shared computer nobody sees the balance of somebody else", async ({ page, shop, panel }) => {
  await shop.signIn();
  await shop.earn(20);
  await page.goto("/");
  await panel.open();
  await panel.close();
  await page.reload();
  await expect(panel.launcher).toHaveText("20 points");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(panel.launcher).toHaveText("Points");
  await shop.signIn("Mihai Ionescu");
  await page.reload();
  await expect(panel.launcher).toHaveText("Points");
});

test("a page that lets nobody into its body hears nothing of it", async ({ page, shop }) => {
  await page.addInitScript(() => {
    HTMLBodyElement.prototype.append = () => {
      throw new Error("nobody comes in here");
    };
  });
  await shop.signIn();
  await page.goto("/");
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle))));
  await expect(page.locator("fidela-launcher")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("consent withdrawn: nothing that was stored stays", async ({ page, shop, panel }) => {
  await shop.signIn();
  await shop.earn(20);
  await page.goto("/?fidela_ref=abc");
  await panel.open();
  await expect(panel.balance).toHaveText("20 points");
  const stored = () =>
    page.evaluate(() => Object.keys(localStorage).concat(document.cookie.split("=")).filter((key) => /^fidela/.test(key)).length);
  await expect.poll(stored).toBe(2);
  await page.evaluate(() =>
    (window as unknown as { fidela: { push: (call: unknown[]) => void } }).fidela.push(["consent", false]),
  );
  expect(await stored()).toBe(0);
  await page.reload();
  await expect(panel.launcher).toHaveText("Points");
});

test("the panel is loaded when somebody comes to the launcher, and not before", async ({ page, panel }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  const isLoaded = () => loaded.some((url) => url.endsWith(".wasm"));
  await page.goto("/");
  await expect(panel.launcher).toBeVisible();
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle))));
  expect(isLoaded()).toBe(false);
  await tabTo(page, panel.launcher);
  await expect.poll(isLoaded).toBe(true);
  await expect(panel.dialog).toHaveCount(0);
});

test("loaded twice, there is one launcher and one panel", async ({ page, shop, panel }) => {
  await shop.signIn();
  await page.goto("/");
  await expect(panel.launcher).toBeVisible();
  await page.addScriptTag({ url: `${EDGE}/fidela.js?again` });
  await panel.open();
  await expect(page.locator("fidela-launcher")).toHaveCount(1);
  await expect(panel.dialog).toHaveCount(1);
});

for (const [what, pattern] of [
  ["the loader", /\/fidela\.js$/],
  ["the panel's module", /\/assets\/panel-[^/]*\.js$/],
  ["the panel's program", /\/assets\/panel-[^/]*\.wasm$/],
  ["the texts", /\/assets\/en-[^/]*\.json$/],
] as const) {
  test(`without ${what} the shop goes on`, async ({ page, shop, panel, complaints }) => {
    complaints.tolerate(/status of 404/);
    await shop.signIn();
    await page.route(pattern, (route) => route.fulfill({ status: 404, body: "no" }));
    await page.goto("/products/mug-lut");
    if (what === "the loader") {
      await expect(page.locator("fidela-launcher")).toHaveCount(0);
    } else {
      await expect(panel.launcher).toBeVisible();
      await panel.launcher.click();
      // What cannot be drawn here is a link to the program's own page.
      await expect(panel.launcher).toHaveAttribute("href", new RegExp(`^${EDGE}/s/st_`));
      await expect(panel.dialog).toHaveCount(0);
    }
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByRole("button", { name: "Check out" }).click();
    await page.getByRole("button", { name: "Place order" }).click();
    await expect(page.getByText("Your order is placed")).toBeVisible();
  });
}

for (const [name, media] of [
  ["in the dark", { colorScheme: "dark" }],
  ["in forced colours", { forcedColors: "active" }],
  ["in forced colours in the dark", { forcedColors: "active", colorScheme: "dark" }],
] as const) {
  test(`every state can be read ${name}`, async ({ page, shop, panel }) => {
    await page.emulateMedia(media);
    // Forced colours are the reader's own; axe would compare colours that are not drawn.
    const expectReadable = () => expectAccessible(page, { contrast: !("forcedColors" in media) });
    await page.goto("/");
    await panel.launcher.click();
    await expect(panel.dialog).toContainText("Collect points here");
    await expectReadable();
    await shop.signIn();
    await shop.earn(20);
    await shop.fill({ "mug-lut": 1 });
    await page.goto("/cart");
    await panel.open();
    await expect(panel.history.first()).toContainText("Earned with order");
    await expectReadable();
    await panel.tab("Use points").click();
    await expect(panel.use).toBeVisible();
    await expectReadable();
    await panel.use.click();
    await expect(panel.code).toBeVisible();
    await expectReadable();
  });
}

test("who asks for less motion gets none", async ({ page, shop, panel }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await shop.signIn();
  await page.goto("/");
  await panel.open();
  const moving = await page.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);
});

test("320 px are enough: nothing is cut off and nothing scrolls sideways", async ({ page, shop }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  const panel = new Panel(page);
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  await page.goto("/cart");
  const fits = async () => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(320);
    const outside = await panel.dialog.evaluate((dialog) =>
      [dialog, ...dialog.querySelectorAll("*")]
        .filter((one) => {
          const { left, right } = one.getBoundingClientRect();
          const scrolls = getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
          return !one.classList.contains("unseen") && (left < 0 || right > 320 || scrolls);
        })
        .map((one) => `${one.tagName} ${one.className} ${one.textContent}`),
    );
    expect(outside).toEqual([]);
    // The panel slides in: it has to fit where it comes to rest.
    await expect
      .poll(async () => {
        const box = await panel.dialog.boundingBox();
        return box && box.x >= 0 && box.y >= 0 && box.x + box.width <= 320 && box.y + box.height <= 568;
      })
      .toBe(true);
  };
  await panel.open();
  await expect(panel.history.first()).toBeVisible();
  await fits();
  await panel.tab("Use points").click();
  await expect(panel.use).toBeVisible();
  await fits();
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  await fits();
  await expectAccessible(page);
});
