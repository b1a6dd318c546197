// The host page's content security policy: the documented one is enough, and a stricter one breaks nothing.
import { EDGE, expect, expectAccessible, test } from "./kit.ts";

test("the documented policy is enough: nothing is refused, and nothing of ours asks for more", async ({
  page,
  shop,
  panel,
}) => {
  await shop.signIn();
  await shop.earn(20);
  await shop.fill({ "mug-lut": 1 });
  const answer = await page.goto("/cart");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain(`script-src 'self' ${EDGE} 'wasm-unsafe-eval'`);
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'[^;]*'unsafe-eval|nonce|sha\d{3}/);
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  await panel.open("Use points");
  await panel.slider.fill("3");
  await panel.use.click();
  await expect(panel.code).toBeVisible();
  await panel.dialog.getByRole("button", { name: "Let go" }).click();
  await expect(panel.use).toBeVisible();
  for (const origin of asked) expect([EDGE, new URL(page.url()).origin]).toContain(origin);
  // Complaints are counted by every test; this one has looked at all that the panel can do.
});

test("without 'wasm-unsafe-eval' the launcher is a link to the program's page, and the page has no error", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  // The browser reports what the policy refused, as it should; the page goes on.
  complaints.tolerate(/wasm|WebAssembly/i);
  await shop.signIn();
  const uncaught: string[] = [];
  page.on("pageerror", (error) => uncaught.push(String(error)));
  const answer = await page.goto("/?csp=no-wasm");
  expect(answer?.headers()["content-security-policy"]).not.toContain("wasm-unsafe-eval");
  await expect(panel.launcher).toHaveAttribute("href", new RegExp(`^${EDGE}/s/st_`));
  await expect(panel.launcher).toHaveRole("link");
  await expectAccessible(page);
  // The shop's own pages go on as ever.
  await page.goto("/products/mug-lut");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.getByText("is in your cart")).toBeVisible();
  await page.goto("/rewards");
  await expect(panel.launcher).toBeVisible();
  expect(uncaught).toEqual([]);

  await panel.launcher.click();
  await expect(page).toHaveURL(new RegExp(`^${EDGE}/s/st_`));
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expectAccessible(page);
});

test("a page without any policy works as well", async ({ page, shop, panel }) => {
  await shop.signIn();
  const answer = await page.goto("/?csp=off");
  expect(answer?.headers()["content-security-policy"]).toBeUndefined();
  await panel.open();
  await expect(panel.balance).toHaveText("0 points");
});
