// Pictures for the README. Made on demand: FIDELA_SCREENSHOTS=1 npx playwright test screenshots
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "./kit.ts";

const picture = (name: string) => fileURLToPath(new URL(`../../www/pictures/${name}.png`, import.meta.url));

test("pictures for the README", async ({ page, shop, panel }, info) => {
  test.skip(!process.env.FIDELA_SCREENSHOTS, "made on demand");
  mkdirSync(fileURLToPath(new URL("../../www/pictures", import.meta.url)), { recursive: true });
  await shop.signIn();
  await shop.earn(60);
  await shop.fill({ "dripper-con": 1, "coffee-guji": 1 });
  await page.goto("/cart");
  const settle = () =>
    page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
  if (info.project.name === "phone") {
    await panel.open();
    await expect(panel.history.first()).toBeVisible();
    await settle();
    await page.screenshot({ path: picture("points"), animations: "disabled" });
    await panel.tab("Use points").click();
    await panel.slider.fill("25");
    await expect(panel.use).toHaveText("Use 25 points");
    await settle();
    await page.screenshot({ path: picture("use-points"), animations: "disabled" });
  } else {
    await panel.open("Use points");
    await panel.use.click();
    await expect(panel.code).toBeVisible();
    await settle();
    await page.screenshot({ path: picture("cart"), animations: "disabled" });
  }
});
