// The guide to the API, as the edge serves it.
import { EDGE, expect, expectAccessible, test } from "./kit";

for (const scheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    test(`S0.8: the guide can be read by everybody, ${scheme}, at ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${EDGE}/guide`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Guide to the API");
      const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(wider), "nothing is wider than the page").toBe(0);
      // What is folded away is looked at too.
      for (const sample of await page.locator("details:not([open]) > summary").all()) await sample.click();
      await expectAccessible(page);
      await page.getByRole("link", { name: "7. Complete it" }).click();
      await expect(page.getByRole("heading", { name: "7. Complete it" })).toBeInViewport();
    });
  }
}
