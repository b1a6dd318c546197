// From an empty store to points on a page.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { makeStore, signIn } from "./console-kit.ts";
import { expect, expectAccessible, isFocused, tabTo, test } from "./kit.ts";

/** A shop of one page, at an address of its own. */
const openShop = async (page: string): Promise<{ origin: string; close: () => Promise<void> }> => {
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(page));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${port}`, close };
};

// S1.1, S2.1, S2.7, S3.1, S3.13, S4.1
test("from an empty store to the first points in a few minutes", async ({ page, browser, complaints }) => {
  const store = await makeStore(null);
  await signIn(page, store, "start");
  await expect(page.getByRole("heading", { name: "Get started", level: 1 })).toBeVisible();
  await expect(page.getByLabel("Name of the shop")).toHaveValue("Lumo");
  await expectAccessible(page);
  // Everything that is wrong is said at its field, and nothing is sent.
  await page.getByLabel("Name of the shop").fill(" ");
  await page.getByLabel("Address of the shop").fill("not an address");
  await page.getByRole("checkbox", { name: /Points for what they spend/ }).uncheck();
  await page.getByRole("button", { name: "Start the program" }).click();
  await expect(page.getByText("3 fields need your attention")).toBeVisible();
  await expect(page.getByLabel("Address of the shop")).toHaveAccessibleDescription(/Write an address such as/);
  await expectAccessible(page);
  // Numbers are sensible in the store's currency.
  await page.getByLabel("Name of the shop").fill("Lumo Café");
  await page.getByLabel("Address of the shop").fill("lumo.example/shop?x=1");
  await page.getByLabel("Currency").selectOption("RON");
  await page.getByLabel("Time zone").selectOption("Europe/Bucharest");
  for (const way of [/Points for what they spend/, /Cashback that grows/, /Stamp card/, /Missions/, /Invitations/]) {
    await page.getByRole("checkbox", { name: way }).check();
  }
  await expect(page.getByText(/1 point for each .*2\.00\. 100 points are worth .*10\.00/)).toBeVisible();
  await page.getByLabel("A usual order comes to").fill("500");
  await expect(page.getByText(/1 point for each .*10\.00\. 100 points are worth .*50\.00/)).toBeVisible();
  await page.getByLabel("Orders that fill a card").fill("5");
  await page.getByRole("button", { name: "Start the program" }).click();
  await expect(page.getByRole("heading", { name: "Your program runs" })).toBeVisible();
  const { version, program, by } = await store.send("GET", "/v1/program");
  expect([version, program.enabled, program.currency, program.timezone]).toEqual([2, true, "RON", "Europe/Bucharest"]);
  expect(program.earning.programs.map(({ rate }: any) => rate.type)).toEqual(["per_amount", "cashback"]);
  expect([program.stamp_cards[0].orders_required, program.missions.length, program.referrals.enabled]).toEqual([5, 3, true]);
  expect(by).toMatchObject({ kind: "member", name: "Ana Pop" });
  const settings = await store.send("GET", "/v1/settings");
  expect([settings.name, settings.origins]).toEqual(["Lumo Café", ["https://lumo.example"]]);

  // The tag is pasted into a shop at another address than was said: that is seen, and mended with a button.
  const tag = (await page.locator("code").filter({ hasText: "fidela.js" }).first().textContent()) ?? "";
  expect(tag).toContain(store.id);
  await expect(page.getByText("Waiting to see it on your shop…")).toBeVisible();
  // Until its address is allowed, the widget is refused there.
  complaints.tolerate(/favicon|status of 403|status of 404|CORS|ERR_FAILED/);
  const { origin: SHOP, close } = await openShop(`<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1></main>${tag}`);
  const shop = await page.context().newPage();
  await shop.goto(SHOP);
  await shop.getByRole("button", { name: /points/i }).click();
  await page.bringToFront();
  const allow = page.getByRole("button", { name: `Allow ${SHOP}` });
  await allow.click({ timeout: 15_000 });
  await expect(page.getByText(`${SHOP} may show the widget now.`)).toBeVisible();
  // Somebody else comes by: this browser keeps for a minute what strangers are told.
  await shop.close();
  const visitor = await browser.newContext();
  const visit = await visitor.newPage();
  await visit.goto(SHOP);
  await visit.getByRole("button", { name: /points/i }).click();
  await expect(page.getByText(`Seen on ${SHOP}`)).toBeVisible({ timeout: 25_000 });
  await expect(allow).toBeHidden();
  await visitor.close();
  await close();

  // The first order, as the shop's server would send it, and away with it again.
  await page.getByRole("button", { name: "Send a test order" }).click();
  await expect(page.getByText(/It earned \d+ points\./)).toBeVisible();
  await expect(page.getByText("And a stamp.")).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText(/The first order was told on/)).toBeVisible();
  await page.getByRole("button", { name: "Send a test order" }).click();
  await page.getByRole("button", { name: "Remove the test shopper" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove the test shopper?" });
  await dialog.getByRole("button", { name: "Remove the test shopper" }).click();
  await expect(page.getByText("The test shopper is gone.")).toBeVisible();
  expect((await store.send("GET", "/v1/customers")).items).toEqual([]);
});

test("all of it by keyboard", async ({ page }) => {
  const store = await makeStore(null);
  await signIn(page, store, "start");
  await tabTo(page, page.getByLabel("Address of the shop"));
  await page.keyboard.type("lumo.example");
  const missions = page.getByRole("checkbox", { name: /Missions/ });
  await tabTo(page, missions);
  await page.keyboard.press("Space");
  await expect(missions).toBeChecked();
  await tabTo(page, page.getByRole("button", { name: "Start the program" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Your program runs" })).toBeVisible();
  const send = page.getByRole("button", { name: "Send a test order" });
  await tabTo(page, send);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/It earned \d+ points\./)).toBeVisible();
  expect(await isFocused(send)).toBe(true);
});

test("in each language", async ({ page }) => {
  const store = await makeStore(null);
  await signIn(page, store, "start");
  for (const [locale, title] of [["es", "Primeros pasos"], ["fr", "Premiers pas"], ["pt-BR", "Primeiros passos"], ["ro", "Primii pași"]]) {
    await page.evaluate((locale) => localStorage.setItem("fidela.language", locale), locale);
    await page.reload();
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    await expect(page.getByText(/start\.|look\.|shell\./)).toHaveCount(0);
  }
});
