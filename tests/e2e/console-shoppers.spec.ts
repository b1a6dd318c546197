// S1.4, S3.10, S3.14: the merchant finds a shopper, sees why they have what they have, and puts it right.
import { SHOP, storeWithShoppers } from "./console-data.ts";
import { makeStore, signIn, signInAsStaff } from "./console-kit.ts";
import { expect, expectAccessible, test } from "./kit.ts";

// Whoever has not signed in yet is asked for: that answer is a 401.
test.beforeEach(({ complaints }) => complaints.tolerate(/401.*\/v1\/session/));

test("shoppers are found by the beginnings of words, sorted and chosen", async ({ page }) => {
  const store = await storeWithShoppers(60);
  await signIn(page, store, "shoppers");
  const rows = page.getByRole("table", { name: "Shoppers" }).getByRole("row");
  await expect(rows).toHaveCount(51);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(rows).toHaveCount(62);
  await page.getByLabel("Search").fill("stefan ion");
  await expect(page.getByText("10 shoppers")).toBeVisible();
  await expect(page.getByRole("link", { name: "Ștefan Ionescu" })).toHaveCount(10);
  // What was asked for stands in the address, so that it is still there after a way back.
  await expect(page).toHaveURL(/q=stefan%20ion/);
  await page.getByRole("link", { name: "Ștefan Ionescu" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Ștefan Ionescu" })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel("Search")).toHaveValue("stefan ion");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Sort by").selectOption("-spent");
  await expect(rows.nth(1)).toContainText("Ana Popescu");
  await page.getByLabel("Level", { exact: true }).selectOption({ label: "Silver (1)" });
  await expect(page.getByText("1 shopper", { exact: true })).toBeVisible();
  await page.getByLabel("Search").fill("nobody at all");
  await expect(page.getByRole("heading", { name: "Nobody fits" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(rows).toHaveCount(51);
  await expectAccessible(page);
});

test("a store without shoppers says how they come", async ({ page }) => {
  await signIn(page, await makeStore(SHOP), "shoppers");
  await expect(page.getByRole("heading", { name: "No shoppers yet" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Import balances" })).toBeVisible();
  await expectAccessible(page);
});

test("one shopper with everything, put right by keyboard alone", async ({ page }) => {
  const store = await storeWithShoppers(0);
  await signIn(page, store, "shoppers/ana");
  await expect(page.getByRole("heading", { level: 1, name: "Ana Popescu" })).toBeVisible();
  await expect(page.getByText("1 of 8 stamps").or(page.getByText("2 of 8 stamps"))).toBeVisible();
  await expect(page.getByText("Write a review").first()).toBeVisible();
  await expect(page.getByText(/A-2/).first()).toBeVisible();
  await expectAccessible(page);
  const available = async () => Number((await store.send("GET", "/v1/customers/ana")).available);
  const before = await available();

  // Points, with a reason.
  await page.getByRole("button", { name: "Change points" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Change points" });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await dialog.getByLabel("Points", { exact: true }).focus();
  await page.keyboard.type("-3");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Counted twice");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  expect(await available()).toBe(before - 3);
  await expect(page.getByText(/Counted twice/)).toBeVisible();

  // Set to a number, naming the order.
  await page.getByRole("button", { name: "Change points" }).click();
  await dialog.getByLabel(/Set to a number/).check();
  await dialog.getByLabel("New number of points").fill("77");
  await dialog.getByLabel("Order number").fill("A-1");
  await dialog.getByLabel("Reason").fill("By phone");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await available()).toBe(77);

  // Stamps, and a reward.
  await page.getByRole("listitem").filter({ hasText: "Coffee card" }).getByRole("button", { name: "Change stamps" }).click();
  const stamps = page.getByRole("dialog");
  await stamps.getByLabel("Stamps", { exact: true }).fill("3");
  await stamps.getByLabel("Reason").fill("Forgotten");
  await stamps.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("5 of 8 stamps")).toBeVisible();
  await page.getByRole("button", { name: "Remove reward" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove reward" }).click();
  await expect(page.getByRole("heading", { name: "Rewards" })).toBeHidden();
  // What the change was answered with is as whole as what was there before.
  await expect(page.getByText("Write a review").first()).toBeVisible();

  // All of their data, and none of it.
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as a file" }).click();
  expect((await download).suggestedFilename()).toBe("fidela-ana.json");
  await page.getByRole("button", { name: "Erase…" }).click();
  const erase = page.getByRole("dialog", { name: "Erase ana?" });
  await expect(erase.getByRole("button", { name: "Erase for ever" })).toBeDisabled();
  await expectAccessible(page);
  await erase.getByRole("textbox").fill("ana");
  await erase.getByRole("button", { name: "Erase for ever" }).click();
  await expect(page.getByRole("heading", { name: "No shoppers yet" })).toBeVisible();
});

test("what cannot be done is said, and nothing is lost", async ({ page, complaints }) => {
  complaints.tolerate(/status of 4/);
  const store = await storeWithShoppers(0);
  await signInAsStaff(page, store, "shoppers/ana");
  await page.getByRole("button", { name: "Change points" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Points", { exact: true }).fill("-100000");
  await dialog.getByLabel("Reason").fill("Too much");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".toast.bad")).toBeVisible();
  await expect(dialog.getByLabel("Reason")).toHaveValue("Too much");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  // Staff do not erase.
  await expect(page.getByRole("button", { name: "Export as a file" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Erase…" })).toHaveCount(0);
  await page.goto(page.url().replace(/ana$/, "who%3F"));
  await expect(page.getByRole("heading", { name: "This shopper is not known" })).toBeVisible();
});
