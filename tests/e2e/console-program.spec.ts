// The program's editor: every field, what is wrong at the field, a preview that is computed in the page, and publishing.
import { inForce, makeStore, publish, signIn } from "./console-kit.ts";
import { expect, expectAccessible, tabTo, test } from "./kit.ts";

// Before somebody has signed in, the page asks who is here, and is told: nobody.
test.beforeEach(({ complaints }) => complaints.tolerate(/status of 401/));

// S3.1, S3.2, S2.6: what is typed is previewed at once, by the rules of the edge, and published.
test("a way to earn is changed, previewed and published", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "program/earning");
  const preview = page.getByRole("region", { name: "Try it" });
  await preview.getByLabel("Price of one").fill("100");
  await preview.getByLabel("Delivery").fill("0");
  await expect(preview.locator(".earned strong")).toHaveText("2 points");
  await page.getByRole("button", { name: /^Base/ }).click();
  await page.getByLabel("Points", { exact: true }).fill("3");
  await expect(preview.locator(".earned strong")).toHaveText("6 points");
  await expect(preview.locator(".why")).toContainText("3 points for each");
  await expect(page.getByText("1 change is not published")).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect(program.earning.programs[0].rate).toEqual({ type: "per_amount", every: 5000, points: 3 });
});

// S2.1, S2.2, S2.3, S3.4, S3.9: levels, the smallest order, the period, groups, categories.
test("cashback levels with all that belongs to them", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "program/earning");
  await page.getByRole("button", { name: "Cashback levels" }).click();
  const levels = page.locator(".level");
  await expect(levels).toHaveCount(1);
  await page.getByRole("button", { name: "Add a level" }).click();
  await expect(levels).toHaveCount(2);
  await levels.nth(1).getByLabel("Name", { exact: true }).fill("Gold");
  await levels.nth(1).getByLabel("Reached at").fill("1500");
  await levels.nth(1).getByLabel("Gives back").fill("7,5");
  await levels.nth(1).getByLabel("Smallest order").fill("50");
  await page.getByRole("button", { name: "Period, groups, products, limits" }).last().click();
  await page.getByLabel("First day").fill("2026-01-01");
  await page.getByLabel("Last day").fill("2099-12-31");
  const groups = page.getByLabel("Only for these groups");
  await groups.fill("vip");
  await groups.press("Enter");
  await page.getByLabel("Categories that count").selectOption("Only these");
  await page.getByLabel("Their ids").fill("shoes, boots");
  await page.getByLabel("Their ids").press("Enter");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  const made = program.earning.programs[1];
  expect(made).toMatchObject({
    from: "2026-01-01",
    until: "2099-12-31",
    groups: ["vip"],
    categories: { match: "any_of", ids: ["shoes", "boots"] },
  });
  expect(made.rate.levels[1]).toEqual({ name: "Gold", spend_from: 150_000, bps: 750, order_min: 5000 });
});

// Every fault at once, at its field, also in what is folded away; the bar leads to each.
test("what is wrong is said at the field, and nothing is published", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "program/using");
  await page.getByLabel("Largest share").fill("140");
  await expect(page.getByText("It has to lie between 0% and 100%.")).toBeVisible();
  await page.getByRole("button", { name: "Numbers of points, tax, and how long they are held" }).click();
  await page.getByLabel("In steps of").fill("abc");
  await expect(page.getByText("Write a number here.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Publish" })).toBeDisabled();
  await page.getByRole("navigation", { name: "Program" }).getByRole("link", { name: "Expiry" }).click();
  await page.getByRole("button", { name: "2 to correct" }).click();
  await page.locator(".wrong-list").getByRole("button", { name: /In steps of/ }).click();
  const step = page.getByLabel("In steps of");
  await expect(step).toBeFocused();
  await expect(step).toHaveValue("abc");
  await step.fill("5");
  await page.getByLabel("Largest share").fill("40");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect([program.redemption.step, program.redemption.max_bps]).toEqual([5, 4000]);
});

// Two people: nothing that was typed is lost, and what the other one published is kept.
test("a conflict is shown, and both changes are put together", async ({ page, complaints }) => {
  complaints.tolerate(/412/);
  const store = await makeStore();
  await signIn(page, store, "program/using");
  await page.getByLabel("Largest share").fill("33");
  await publish(store, (program) => {
    program.redemption.min_points = 20;
    program.redemption.max_bps = 5000;
  });
  await page.getByRole("button", { name: "Publish" }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else was faster" });
  await expect(conflict).toContainText("Nothing of what you typed is lost");
  await expectAccessible(page);
  await conflict.getByRole("button", { name: "Put both together" }).click();
  await expect(conflict).toBeHidden();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect([program.redemption.min_points, program.redemption.max_bps]).toEqual([20, 3300]);
});

// S1.1, S1.2, S1.3: a card, its reward, and its summary in words before it goes live.
test("a stamp card is summed up before it goes live", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "program/stamp-cards");
  await page.getByRole("button", { name: "Add a stamp card" }).click();
  await page.getByLabel("Orders for a reward").fill("8");
  await page.getByLabel("Categories that count").selectOption("Only these");
  await page.getByLabel("Their ids").fill("coffee,");
  await page.getByLabel("The reward", { exact: true }).selectOption("A share off a product");
  await expect(page.getByText("The summary is here once every field is right.")).toBeVisible();
  await page.getByLabel("The product’s id").fill("casa");
  const summary = page.locator(".summary");
  await expect(summary).toContainText("Orders for a reward: 8");
  await expect(summary).toContainText("Products of these categories count: coffee");
  await expect(summary).toContainText("Reward: one casa for free");
  await expect(summary).toContainText("The card is switched off");
  await page.getByLabel("The card is live").press("Space");
  await expect(summary).not.toContainText("The card is switched off");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
});

// S2.5, S3.8, S3.5: bonuses and expiry; what is legal but surprising is said.
test("bonuses and expiry", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "program/bonuses");
  await page.getByLabel("Points for registering").press("Space");
  await page.getByLabel("Points on the birthday").press("Space");
  await page.getByLabel("Points", { exact: true }).first().fill("15");
  await page.getByRole("navigation", { name: "Program" }).getByRole("link", { name: "Expiry" }).click();
  await page.getByLabel("Points lapse").selectOption("All together, counted from the first");
  await expect(page.getByText("Points earned later lapse together with the first ones.")).toBeVisible();
  await page.getByLabel("After", { exact: true }).fill("6");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect(program.bonuses.registration.points).toBe(15);
  expect(program.expiry).toEqual({ type: "from_first_point", months: 6 });
});

// S2.7: without a mouse; a way to earn is moved and taken out, and comes back.
test("all by keyboard", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "program/earning");
  const add = page.getByRole("button", { name: "Points for each order" });
  await tabTo(page, add);
  await page.keyboard.press("Enter");
  const items = page.locator(".item");
  await expect(items).toHaveCount(2);
  const up = page.getByRole("button", { name: "Move “Points for each order” up" });
  await expect(items.nth(1).getByRole("button", { expanded: true })).toBeFocused();
  await tabTo(page, up);
  await page.keyboard.press("Enter");
  await expect(items.first()).toContainText("Points for each order");
  await expect(page.getByText("“Points for each order” is now 1 of 2")).toBeAttached();
  const remove = page.getByRole("button", { name: "Remove “Points for each order”" });
  await tabTo(page, remove);
  await page.keyboard.press("Enter");
  await expect(items).toHaveCount(1);
  const undo = page.getByRole("button", { name: "Undo" });
  await tabTo(page, undo);
  await page.keyboard.press("Enter");
  await expect(items).toHaveCount(2);
  const publish = page.getByRole("button", { name: "Publish" });
  await tabTo(page, publish);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect(program.earning.programs.map((one: { id: string }) => one.id)).toEqual(["order", "base"]);
});

// S2.7: all of this file runs at 360 px with touch as well. WCAG 2.2 AA on each page, and nothing is wider than the window.
for (const name of ["", "earning", "using", "expiry", "bonuses", "stamp-cards", "basics"]) {
  test(`everybody can use program/${name}`, async ({ page }) => {
    const store = await makeStore();
    await signIn(page, store, name ? `program/${name}` : "program");
    for (const fold of await page.locator(".fold-head").all()) await fold.click();
    await expectAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
}
