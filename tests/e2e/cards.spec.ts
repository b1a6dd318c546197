// Stamp cards, as a shopper sees them: they fill with orders, and what a full one gives pays in the cart.
import { expect, expectAccessible, money, orderIn, test, type Page, type Panel, type Shop } from "./kit.ts";

/** Orders with a coffee of more than 100 lei, delivered: a stamp on each card. */
const drink = async (shop: Shop, orders: number): Promise<string> => {
  let order = "";
  for (let made = 0; made < orders; made += 1) {
    await shop.fill({ "coffee-casa": 3 }, "pick-up");
    order = await shop.order();
    await shop.move(order, "delivered");
  }
  return order;
};

const card = (panel: Panel, name: string) =>
  panel.dialog.locator("[part=card]").filter({ has: panel.page.getByRole("heading", { name }) });

const reward = (panel: Panel, gives: string) => panel.dialog.getByRole("checkbox", { name: gives });

const fits = async (page: Page): Promise<void> => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, "nothing scrolls sideways").toBeLessThanOrEqual(0);
};

test("S1.1 S1.4 S2.1: cards fill with orders, the level rises, and an order says why it earned what it earned", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  const order = await drink(shop, 2);
  await page.goto("/");
  await panel.open();
  await expect(card(panel, "Coffee card")).toContainText("2 of 5");
  await expect(card(panel, "Coffee card")).toContainText("One product for free");
  await expect(card(panel, "Delivery card")).toContainText("2 of 3");
  await expect(panel.dialog.locator("[part=level]")).toContainText("Bronze");
  await expect(panel.dialog.locator("[part=earning]")).toContainText("This week: 5% back on brewing gear");
  await expectAccessible(page);
  await fits(page);

  const earned = panel.history.filter({ hasText: `Earned with order ${order}` });
  const why = earned.getByRole("button", { name: "Why?" });
  await why.click();
  await expect(why).toHaveAttribute("aria-expanded", "true");
  await expect(earned).toContainText(/1 point for each 50 lei: 1 point for each .*50\.00.*144\.00.* count, which makes 2 points/);
  await expect(earned).toContainText("Coffee card: one stamp.");
  await expectAccessible(page);
  await why.click();
  await expect(earned).not.toContainText("one stamp");
  await expect(panel.history.filter({ hasText: `A stamp on Coffee card with order ${order}` })).toHaveCount(1);

  await panel.close();
  await drink(shop, 2);
  await page.reload();
  await panel.open();
  await expect(card(panel, "Coffee card")).toContainText("4 of 5");
  await expect(card(panel, "Delivery card")).toContainText("1 of 3");
  await expect(panel.dialog.locator("[part=rewards]")).toContainText("50% off delivery");
  await expect(panel.dialog.locator("[part=level]")).toContainText("Silver");
});

test("S1.2 S1.3: a reward pays a product or half the delivery, beside points, and comes back with a cancelled order", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await drink(shop, 5);
  await shop.fill({ "coffee-casa": 1, "bowl-camp": 1 });
  await page.goto("/cart");
  await panel.open("Use points");

  await test.step("each says what it would take off this cart", async () => {
    await expect(panel.dialog.locator("[part=reward]").filter({ hasText: "One product" })).toContainText(money("48.00"));
    await expect(panel.dialog.locator("[part=reward]").filter({ hasText: "delivery" })).toContainText(money("7.50"));
    await expectAccessible(page);
    await fits(page);
  });

  await test.step("chosen, points pay of what is left, and only one is chosen", async () => {
    await expect(panel.sum("New total")).toBeVisible();
    await reward(panel, "One product for free").check();
    await expect(panel.sum("Your reward")).toHaveText(money("48.00"));
    await reward(panel, "50% off delivery").check();
    await expect(reward(panel, "One product for free")).not.toBeChecked();
    await expect(panel.sum("Your reward")).toHaveText(money("7.50"));
    await reward(panel, "50% off delivery").uncheck();
    await expect(panel.sum("Your reward")).toHaveCount(0);
    await reward(panel, "One product for free").check();
    await expectAccessible(page);
  });

  await test.step("held with points, and the shop takes both off", async () => {
    await panel.slider.fill("5");
    await panel.dialog.getByRole("button", { name: "Use 5 points and the reward" }).click();
    await expect(panel.code).toBeVisible();
    await expect(panel.dialog).toContainText("Your reward is kept for your cart.");
    await expect(panel.dialog).toContainText(money("53.00"));
    await expectAccessible(page);
    await panel.close();
    await expect(shop.sum("Points")).toHaveText(money("5.00"));
    // 48 + 100 + 15 for the courier, less the coffee, less 5.
    await expect(shop.sum("Total")).toHaveText(money("110.00"));
  });

  await test.step("paid, it is used; cancelled, it is back", async () => {
    await page.getByRole("button", { name: "Check out" }).click();
    await page.getByRole("button", { name: "Place order" }).click();
    await expect(page.getByText("Your order is placed")).toBeVisible();
    const order = orderIn(page.url());
    await panel.open();
    await expect(panel.dialog.locator("[part=rewards]")).not.toContainText("One product");
    await expect(panel.history.filter({ hasText: `Reward used for order ${order}` })).toHaveCount(1);
    await panel.close();
    await page.getByRole("button", { name: "Cancel order" }).click();
    await expect(page.getByText("The order is cancelled now")).toBeVisible();
    await panel.open();
    await expect(panel.dialog.locator("[part=rewards]")).toContainText("One product for free");
    await expect(panel.history.filter({ hasText: `Reward given back for order ${order}` })).toHaveCount(1);
    await panel.close();
  });

  await test.step("the other one pays half the delivery", async () => {
    await shop.fill({ "coffee-casa": 1, "bowl-camp": 1 });
    await page.goto("/cart");
    await panel.open("Use points");
    await reward(panel, "50% off delivery").check();
    await panel.slider.fill("1");
    await panel.dialog.getByRole("button", { name: "Use 1 point and the reward" }).click();
    await expect(panel.code).toBeVisible();
    await panel.close();
    // 48 + 100 + 15, less 7.50 and 1.
    await expect(shop.sum("Total")).toHaveText(money("154.50"));
    await page.getByRole("button", { name: "Check out" }).click();
    await page.getByRole("button", { name: "Place order" }).click();
    await expect(page.getByText("Your order is placed")).toBeVisible();
    await panel.open();
    await expect(panel.dialog.locator("[part=rewards]")).not.toContainText("50% off delivery");
    await expect(panel.dialog).toContainText("1 point used so far");
  });
});

test("S1.2: without its product a reward takes nothing off, and alone it can be used where points cannot", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await drink(shop, 5);
  // 48 lei are too small an order for points.
  await shop.fill({ "coffee-casa": 1 }, "pick-up");
  await page.goto("/cart");
  await panel.open("Use points");
  await expect(panel.dialog.locator("[part=refusal]")).toBeVisible();
  await expect(panel.dialog.locator("[part=reward]").filter({ hasText: "delivery" })).toContainText("Takes nothing off");
  await reward(panel, "One product for free").check();
  await panel.dialog.getByRole("button", { name: "Use the reward" }).click();
  await expect(panel.code).toBeVisible();
  await expectAccessible(page);
  await panel.dialog.getByRole("button", { name: "Let go" }).click();
  await expect(reward(panel, "One product for free")).toBeVisible();
});

test("S3.8 S4.5: a stranger reads what registering gives, and what runs now", async ({ page, panel }) => {
  await page.goto("/");
  await panel.launcher.click();
  await expect(panel.dialog).toContainText("Create an account and get 10 points to begin with");
  await expect(panel.dialog.locator("[part=earning]")).toContainText("This week: 5% back on brewing gear");
  await expectAccessible(page);
});
