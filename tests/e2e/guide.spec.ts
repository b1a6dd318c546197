// The guide to the API, as the edge serves it.
import { EDGE, expect, expectAccessible, test } from "./kit.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`S0.8: the guide can be read by everybody, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${EDGE}/guide`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Guide to the API");
    // What is folded away is looked at too.
    await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
    const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(wider), "nothing is wider than the page").toBe(0);
    await expectAccessible(page);
    await page.getByRole("link", { name: "7. Complete it" }).click();
    await expect(page.getByRole("heading", { name: "7. Complete it" })).toBeInViewport();
  });
}
