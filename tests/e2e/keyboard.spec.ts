// The main job without a mouse: Tab, Enter, Escape and arrow keys, and nothing else.
import { expect, expectAccessible, isFocused, money, tabTo, test, type Locator } from "./kit.ts";

test("by keyboard alone: sign in, buy, have it delivered, use points, pay (S3.2, S3.12)", async ({
  page,
  shop,
  panel,
}) => {
  const keys = page.keyboard;
  const press = async (place: Locator) => {
    await tabTo(page, place);
    await keys.press("Enter");
  };

  await page.goto("/sign-in");
  await press(page.getByRole("button", { name: "New shopper" }));
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();

  await test.step("buy, and be the shopkeeper", async () => {
    await page.goto("/products/grinder-moara");
    await tabTo(page, page.getByLabel("Quantity"));
    await keys.press("Control+a");
    await keys.type("5");
    await press(page.getByRole("button", { name: "Add to cart" }));
    await press(page.getByRole("button", { name: "Check out" }));
    await press(page.getByRole("button", { name: "Place order" }));
    await expect(page.getByText("Your order is placed")).toBeVisible();
    await press(page.getByRole("button", { name: "Mark as delivered" }));
    await expect(page.getByText("The order is delivered now")).toBeVisible();
  });

  await test.step("a cart of 65 lei", async () => {
    await page.goto("/products/mug-lut");
    await press(page.getByRole("button", { name: "Add to cart" }));
    await expect(page).toHaveURL(/\/cart$/);
  });

  await test.step("the focus goes into the dialog and stays in it", async () => {
    await press(panel.launcher);
    await expect(panel.tabs().first()).toBeVisible();
    const isInside = () => panel.dialog.evaluate((dialog) => dialog.matches(":focus-within"));
    expect(await isInside(), "the focus is in the dialog").toBe(true);
    // Twice around, in both directions: everything is reached, and the page below is not.
    for (const key of ["Tab", "Shift+Tab"]) {
      for (let steps = 0; steps < 16; steps += 1) {
        await keys.press(key);
        expect(await isInside(), `${key}, ${steps + 1} times`).toBe(true);
      }
    }
  });

  await test.step("Escape closes, and the focus is back where it was", async () => {
    await keys.press("Escape");
    await expect(panel.dialog).toBeHidden();
    expect(await isFocused(panel.launcher), "the launcher has the focus").toBe(true);
    await keys.press("Enter");
    await expect(panel.tabs().first()).toBeVisible();
  });

  await test.step("tabs by arrow keys, Home and End", async () => {
    const [points, missions, invite, use] = ["Points", "Missions", "Invite", "Use points"].map((tab) => panel.tab(tab));
    await tabTo(page, points);
    const expectOn = async (on: Locator, off: Locator) => {
      await expect(on).toHaveAttribute("aria-selected", "true");
      await expect(off).toHaveAttribute("aria-selected", "false");
      expect(await isFocused(on)).toBe(true);
      await expect(off).toHaveAttribute("tabindex", "-1");
    };
    await expectOn(points, use);
    for (const [key, on, off] of [
      ["ArrowRight", missions, points],
      ["ArrowRight", invite, missions],
      ["ArrowRight", use, invite],
      ["ArrowRight", points, use],
      ["ArrowLeft", use, points],
      ["Home", points, use],
      ["End", use, points],
    ] as const) {
      await keys.press(key);
      await expectOn(on, off);
    }
    await expectAccessible(page);
  });

  await test.step("the slider by arrows, Home and End, and never beyond its limit", async () => {
    await tabTo(page, panel.slider);
    await keys.press("Home");
    await expect(panel.use).toHaveText("Use 1 point");
    await keys.press("ArrowRight");
    await expect(panel.slider).toHaveAttribute("aria-valuetext", /^2 points, .*2[.,]00.* off$/);
    await keys.press("End");
    await keys.press("ArrowRight");
    await expect(panel.use).toHaveText("Use 13 points");
    await expect(panel.dialog).toContainText(/At most 20\s?% of the order/);
    await expect(panel.sum("New total")).toHaveText(money("52.00"));
    await keys.press("ArrowLeft");
    await expect(panel.sum("New total")).toHaveText(money("53.00"));
  });

  await test.step("the field, and what is said aloud", async () => {
    await tabTo(page, panel.field);
    await keys.press("Control+a");
    await keys.type("7");
    await expect(panel.use).toHaveText("Use 7 points");
    await keys.press("Tab");
    await expect(panel.dialog.getByRole("status")).toHaveText(/^7 points, .*7[.,]00.* off$/);
  });

  await test.step("use them; the code can be copied and the points let go from here", async () => {
    await press(panel.use);
    await expect(panel.code).toBeVisible();
    await expect(panel.dialog.getByRole("status")).toHaveText("Done. Your points are kept for your cart.");
    // The button is gone; whoever pressed it is not sent out of the panel.
    await expect(panel.dialog.getByRole("tabpanel")).toBeFocused();
    await tabTo(page, panel.dialog.getByRole("button", { name: "Let go" }));
    await keys.press("Escape");
    await expect(shop.sum("Points")).toHaveText(money("7.00"));
  });

  await test.step("pay", async () => {
    await press(page.getByRole("button", { name: "Check out" }));
    await press(page.getByRole("button", { name: "Place order" }));
    await expect(page.getByText("Your order is placed")).toBeVisible();
    await expect(shop.sum("Total")).toHaveText(money("58.00"));
    await press(panel.launcher);
    await expect(panel.history.nth(0)).toContainText("Used");
    await expect(panel.history.nth(1)).toContainText("−7");
  });
});
