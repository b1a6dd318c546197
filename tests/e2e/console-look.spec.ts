// Colours and words, with the shop's own widget beside them.
import { makeStore, PLAIN, signIn } from "./console-kit.ts";
import { expect, expectAccessible, tabTo, test } from "./kit.ts";

const PROGRAM = {
  ...PLAIN,
  redemption: { enabled: true },
  stamp_cards: [{ id: "card", name: "Coffee card", orders_required: 5, reward: { type: "shipping", bps: 10000 } }],
  missions: [{ id: "news", kind: "newsletter", points: { type: "fixed", points: 5 } }],
  referrals: { enabled: true, inviter_points: 20 },
};

// S3.16, S4.5
// What is half typed cannot be shown by the widget yet.
test.beforeEach(({ complaints }) => complaints.tolerate(/status of 422/));

test("a colour is seen in the widget before anybody else sees it", async ({ page }) => {
  const store = await makeStore(PROGRAM);
  await signIn(page, store, "look");
  const widget = page.frameLocator("iframe[title='The widget in your shop']");
  await widget.locator("fidela-panel").scrollIntoViewIfNeeded();
  await expect(widget.getByText("240").first()).toBeVisible({ timeout: 30_000 });
  await expect(widget.getByRole("heading", { name: "Coffee card" })).toBeVisible();
  await expectAccessible(page);
  const accent = () => widget.locator("fidela-panel").evaluate((panel) => getComputedStyle(panel).getPropertyValue("--fidela-accent").trim());
  const colour = page.getByLabel("Your colour", { exact: true });
  await colour.fill("#7a1f5c");
  await expect.poll(accent).toBe("#7a1f5c");
  expect((await store.send("GET", "/v1/theme")).theme.accent).toBeNull();
  // What is no colour is said at the field, and the widget keeps the last one that was.
  await colour.fill("#7a1f5");
  await expect(colour).toHaveAccessibleDescription(/Write a colour such as/);
  expect(await accent()).toBe("#7a1f5c");
  // What cannot be read is told, as the API tells it.
  await colour.fill("#ffd34d");
  await page.getByRole("switch", { name: "Choose the colour of words on it" }).press("Space");
  await page.getByLabel("Words on your colour", { exact: true }).fill("#ffffff");
  await expect(page.getByText(/Words on buttons: contrast 1\.4:1\. Many people cannot read/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("switch", { name: "Choose the colour of words on it" }).press("Space");
  await expect(page.getByText(/Words on buttons: contrast 1\d\.\d:1, which reads well/)).toBeVisible();
  // Each part of the widget.
  await page.getByLabel("Part").selectOption("missions");
  await expect(widget.getByText("+5", { exact: false }).or(widget.getByText(/5 points/)).first()).toBeVisible();
  await page.getByLabel("Part").selectOption("invite");
  await expect(widget.getByText(/20 points for you/)).toBeVisible();
  await page.getByLabel("Part").selectOption("redeem");
  await expect(widget.getByRole("slider")).toBeVisible();
  // Whoever changes the language on a phone goes back to the widget to see it: it is shown where it is looked at.
  await page.getByLabel("Language", { exact: true }).last().selectOption("ro");
  await widget.locator("fidela-panel").scrollIntoViewIfNeeded();
  await expect(widget.getByText(/punct/).filter({ visible: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Save the look" }).click();
  await expect(page.getByText("Saved: shoppers see it within a minute.")).toBeVisible();
  expect((await store.send("GET", "/v1/theme")).theme.accent).toBe("#ffd34d");
  await expect(page.getByRole("button", { name: "Save the look" })).toBeDisabled();
});

test("a logo is checked before it stands anywhere", async ({ page, complaints }) => {
  const store = await makeStore(PROGRAM);
  await signIn(page, store, "look");
  const file = page.getByLabel("Picture");
  complaints.tolerate(/422/);
  await file.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await expect(file).toHaveAccessibleDescription(/does not fit its use/);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><circle cx="32" cy="32" r="30" fill="#7a1f5c"/></svg>`;
  await file.setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) });
  await expect(page.getByRole("img", { name: "Your logo" })).toBeVisible();
  await page.getByRole("button", { name: "Save the look" }).click();
  await expect(page.getByText("Saved: shoppers see it within a minute.")).toBeVisible();
  const { theme, logo_url } = await store.send("GET", "/v1/theme");
  expect(theme.logo).toBe("logo");
  expect(logo_url).toContain("/pictures/");
});

// S3.6
test("points have a name of the shop's own, in each form of each language", async ({ page }) => {
  const store = await makeStore(PROGRAM);
  await signIn(page, store, "look/words");
  const widget = page.frameLocator("iframe[title='The widget in your shop']");
  const english = page.getByRole("group", { name: "English" });
  const romanian = page.getByRole("group", { name: "Romanian" });
  await english.getByLabel("After 1", { exact: true }).fill("bean");
  await english.getByLabel("After 2", { exact: true }).fill("beans");
  await romanian.getByLabel("After 1", { exact: true }).fill("bob");
  await romanian.getByLabel("After 2", { exact: true }).fill("boabe");
  await romanian.getByLabel("After 20", { exact: true }).fill("de boabe");
  await widget.locator("fidela-panel").scrollIntoViewIfNeeded();
  await expect(widget.getByText("beans").first()).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  const publish = page.getByRole("button", { name: "Publish" });
  await tabTo(page, publish);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Published. It is in force from now on.")).toBeVisible();
  const { program } = await store.send("GET", "/v1/program");
  expect(program.points.name).toEqual({ en: { one: "bean", other: "beans" }, ro: { one: "bob", few: "boabe", other: "de boabe" } });
  expect((await store.send("GET", "/v1/program/draft")).saved).toBe(false);
  // Emptied again, they are points.
  for (const field of ["After 1", "After 2"]) await english.getByLabel(field, { exact: true }).fill("");
  await expect(widget.getByText("points").first()).toBeVisible();
});
