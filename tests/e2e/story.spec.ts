// The main job, from an order to a discount and back, as a shopper lives it.
import { expect, expectAccessible, money, orderIn, test } from "./kit.ts";

test("S3.1 S3.2 S3.11 S3.12 S2.4: points come with a delivered order, pay for a fifth of the next one, and come back when it is cancelled", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await page.goto("/");
  await expectAccessible(page);

  await test.step("nobody has points before an order", async () => {
    await panel.open();
    await expect(panel.balance).toHaveText("0 points");
    await expect(panel.dialog).toContainText("Nothing here yet");
    await expectAccessible(page);
    await panel.close();
  });

  let first = "";
  await test.step("buy: ten bowls, 1,000 lei", async () => {
    await page.goto("/products/bowl-camp");
    await page.getByLabel("Quantity").fill("10");
    await page.getByRole("button", { name: "Add to cart" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Check out" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Place order" }).click();
    await expect(page.getByText("Your order is placed")).toBeVisible();
    first = orderIn(page.url());
    await expectAccessible(page);
  });

  await test.step("placed and paid is not delivered: no points yet", async () => {
    await page.getByRole("button", { name: "Mark as paid" }).click();
    await expect(page.getByText("The order is paid now")).toBeVisible();
    await panel.open();
    await expect(panel.balance).toHaveText("0 points");
    await panel.close();
  });

  await test.step("delivered: a point for each 50 lei of goods, with the reason", async () => {
    await page.getByRole("button", { name: "Mark as delivered" }).click();
    await expect(page.getByText("The order is delivered now")).toBeVisible();
    await panel.open();
    await expect(panel.balance).toHaveText("20 points");
    await expect(panel.dialog).toContainText(money("20.00"));
    await expect(panel.history).toHaveCount(1);
    await expect(panel.history.first()).toContainText(`Earned with order ${first}`);
    await expect(panel.history.first()).toContainText("+20");
    await expectAccessible(page);
    await panel.close();
    await expect(panel.launcher).toHaveText("20 points");
  });

  await test.step("a cart of 65 lei: at most 13 points", async () => {
    await page.goto("/products/mug-lut");
    await page.getByRole("button", { name: "Add to cart" }).click();
    await panel.open("Use points");
    await expect(panel.dialog).toContainText(/At most 20\s?% of the order/);
    await expect(panel.dialog.locator("[part=limits]")).toHaveText(money("13.00"));
    await expect(panel.slider).toHaveAttribute("max", "13");
    await expectAccessible(page);
  });

  await test.step("the sums move with the slider, and nobody is asked", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await panel.slider.fill("5");
    await expect(panel.sum("Paid with points")).toHaveText(money("5.00"));
    await expect(panel.sum("New total")).toHaveText(money("60.00"));
    await expect(panel.sum("You keep")).toHaveText("15 points");
    await expect(panel.field).toHaveValue("5");
    await expect(panel.use).toHaveText("Use 5 points");
    // Against the limit: by the field, with more than there is.
    await panel.field.fill("5000");
    await panel.field.blur();
    await expect(panel.field).toHaveValue("13");
    await expect(panel.slider).toHaveValue("13");
    await expect(panel.sum("Paid with points")).toHaveText(money("13.00"));
    await expect(panel.sum("New total")).toHaveText(money("52.00"));
    await expect(panel.use).toHaveText("Use 13 points");
    expect(asked, "requests while the slider moved").toEqual([]);
    page.removeAllListeners("request");
  });

  let code = "";
  // A line of the history names what a shopper knows it by: the order, or the code that was in the cart.
  const used = (what: string) => new RegExp(`${what}.*(${code}|${orderIn(page.url())})`);
  await test.step("use them: a code, the time left, and the shop's own discount", async () => {
    await panel.use.click();
    await expect(panel.code).toHaveText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    code = (await panel.code.textContent()) ?? "";
    await expect(panel.dialog.getByRole("timer")).toHaveText(/^\d\d?:\d\d$/);
    await expectAccessible(page);
    await panel.close();
    await expect(shop.sum("Points")).toHaveText(money("13.00"));
    // Of 13.00 at 19 %, as Fidela told it with the redemption (S3.7).
    await expect(shop.sum("VAT in it")).toHaveText(money("2.08"));
    await expect(shop.sum("Total")).toHaveText(money("52.00"));
    await expect(page.locator("#cart-summary")).toContainText(code);
    await expectAccessible(page);
  });

  await test.step("pay: the order carries the discount, and the history tells it", async () => {
    await page.getByRole("button", { name: "Check out" }).click();
    await expect(shop.sum("Points")).toHaveText(money("13.00"));
    await page.getByRole("button", { name: "Place order" }).click();
    await expect(page.getByText("Your order is placed")).toBeVisible();
    await expect(shop.sum("Points")).toHaveText(money("13.00"));
    await expect(shop.sum("Total")).toHaveText(money("52.00"));
    await panel.open();
    await expect(panel.balance).toHaveText("7 points");
    await expect(panel.history.nth(0)).toContainText(used("Used"));
    await expect(panel.history.nth(1)).toContainText(new RegExp(`Set aside for your cart.*${code}.*−13`));
    await expectAccessible(page);
    await panel.close();
  });

  await test.step("cancel: all of them are back", async () => {
    await page.getByRole("button", { name: "Cancel order" }).click();
    await expect(page.getByText("The order is cancelled now")).toBeVisible();
    await panel.open();
    await expect(panel.balance).toHaveText("20 points");
    await expect(panel.history.first()).toContainText(used("Given back"));
    await expect(panel.history.first()).toContainText("+13");
    await expectAccessible(page);
  });
});

test("S3.3: an order that is too small or too large says what is missing, and the ends themselves belong", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await shop.earn(20);

  await test.step("48 lei are 2 lei short", async () => {
    await shop.fill({ "coffee-casa": 1 }, "pick-up");
    await page.goto("/cart");
    await panel.open("Use points");
    const refusal = panel.dialog.locator("[part=refusal]");
    await expect(refusal).toHaveText(/2[.,]00.* more to use points: orders from .*50[.,]00/);
    await expect(panel.slider).toHaveCount(0);
    await expectAccessible(page);
    await panel.close();
  });

  await test.step("50 lei are enough", async () => {
    await page.getByRole("button", { name: "Remove" }).click();
    await shop.fill({ "mug-lut": 1 }, "pick-up");
    await page.goto("/cart");
    await panel.open("Use points");
    await expect(panel.slider).toHaveAttribute("max", "10");
    await panel.close();
  });

  await test.step("5,000 lei are not too many", async () => {
    // With the mug that is there: 50 + 15 × 320 + 100 + 50.
    await shop.fill({ "grinder-moara": 15, "bowl-camp": 1, "mug-lut": 1 }, "pick-up");
    await page.goto("/cart");
    await panel.open("Use points");
    await expect(panel.slider).toHaveAttribute("max", "20");
    await expect(panel.dialog.locator("[part=limits]")).toHaveText("That is all you have");
    await panel.close();
  });

  await test.step("5,015 lei are", async () => {
    await shop.fill({}, "courier");
    await page.goto("/cart");
    await panel.open("Use points");
    await expect(panel.dialog.locator("[part=refusal]")).toHaveText(
      /Points can be used on orders up to .*5,000[.,]00/,
    );
    await expect(panel.slider).toHaveCount(0);
    await expectAccessible(page);
  });
});
