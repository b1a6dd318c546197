// S1.4, S3.10, S3.14: what points, missions and invitations come to, as pictures, tables and files.
import { readFileSync } from "node:fs";
import { storeWithShoppers } from "./console-data.ts";
import { signIn } from "./console-kit.ts";
import { expect, expectAccessible, test } from "./kit.ts";

// Whoever has not signed in yet is asked for: that answer is a 401.
test.beforeEach(({ complaints }) => complaints.tolerate(/401.*\/v1\/session/));

test("each report has a picture, its numbers in a table, and a file", async ({ page }) => {
  const store = await storeWithShoppers(6);
  await signIn(page, store, "reports");
  const told = await store.send("GET", "/v1/reports/liability");
  const outstanding = page.locator(".stat", { hasText: "Points outstanding" });
  await expect(outstanding).toContainText(String(told.outstanding.points));
  await expect(page.getByRole("img", { name: /Points outstanding by day/ })).toBeVisible();
  await page.getByText("The numbers as a table").click();
  await expect(page.getByRole("table", { name: "Day by day" }).getByRole("row")).toHaveCount(31);
  await expectAccessible(page);
  for (const [tab, name] of [["Activity", "Day by day"], ["Missions", "Completions"], ["Invitations", "Day by day"], ["Levels", "Shoppers"]]) {
    await page.getByRole("navigation", { name: "Reports" }).getByRole("link", { name: tab }).click();
    await expect(page.getByRole("link", { name: tab, exact: true }).and(page.locator(".tabs a"))).toHaveAttribute("aria-current", "page");
    await page.getByText("The numbers as a table").click();
    await expect(page.getByRole("table", { name })).toBeVisible();
    await expectAccessible(page);
  }
  const levels = page.getByRole("table", { name: "Shoppers" });
  await expect(levels.getByRole("row", { name: /Silver/ })).toContainText("1");
});

test("other days are chosen, and stay in the address; the file has the same", async ({ page }) => {
  const store = await storeWithShoppers(2);
  await signIn(page, store, "reports/activity");
  await page.getByLabel("Time").selectOption({ label: "The last 7 days" });
  await page.getByText("The numbers as a table").click();
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(8);
  await expect(page).toHaveURL(/from=.*until=/);
  await page.reload();
  await page.getByText("The numbers as a table").click();
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(8);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).press("Enter");
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^activity-.*\.csv$/);
  const text = readFileSync(await download.path(), "utf8");
  expect(text.split("\r\n")).toHaveLength(10);
  expect(text.charCodeAt(0)).toBe(0xfeff);
});
