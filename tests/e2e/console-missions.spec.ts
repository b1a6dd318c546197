// Missions: the library, custom ones, pictures, order, and what the plan allows.
import { inForce, makeStore, PLAIN, signIn } from "./console-kit.ts";
import { expect, expectAccessible, tabTo, test } from "./kit.ts";

// Before somebody has signed in, the page asks who is here, and is told: nobody.
test.beforeEach(({ complaints }) => complaints.tolerate(/status of 401/));

const NEWSLETTER = {
  id: "news",
  kind: "newsletter",
  points: { type: "fixed", points: 5 },
  limit_per_shopper: 1,
};
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="20" fill="#0a6"/></svg>`;

// S4.1, S4.2: the library as pictures, with points that make sense; what can be added once is shown as added.
test("a mission comes from the library, is changed and published", async ({ page }) => {
  const store = await makeStore({ ...PLAIN, missions: [NEWSLETTER] });
  await signIn(page, store, "missions");
  const library = page.locator(".library");
  const newsletter = library.getByRole("button", { name: /Subscribe to the newsletter/ });
  await expect(newsletter).toBeDisabled();
  await expect(newsletter).toContainText("Added");
  await library.getByRole("button", { name: /Create an account/ }).click();
  await expect(page.locator(".item")).toHaveCount(2);
  const points = page.getByLabel("Points", { exact: true });
  await expect(points).not.toHaveValue("");
  await points.fill("40");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect(program.missions.map((one: { kind: string }) => one.kind)).toEqual(["newsletter", "create_account"]);
  expect(program.missions[1].points).toEqual({ type: "fixed", points: 40 });
});

// S0.1, S0.2, S0.6, S0.7: a mission of the merchant's own: by amount, limited, for a time, messages, places, a picture.
test("a custom mission with every field and its own picture", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "missions");
  await page.locator(".library").getByRole("button", { name: /Special mission/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("A wheel for the school");
  await page.getByLabel("What to do").fill("Give what you like at our counter.");
  await page.getByLabel("What it gives").selectOption("Points by amount");
  await page.getByLabel("for each", { exact: true }).fill("10");
  await page.getByLabel("Times for each shopper").fill("3");
  await page.getByRole("button", { name: "Messages, and where it is shown" }).click();
  await page.getByLabel("Tell them by e-mail").press("Space");
  await page.getByLabel("On the program’s page").press("Space");
  await page.getByRole("button", { name: "Period and id" }).click();
  await page.getByLabel("Last day").fill("2099-01-31");
  const picture = page.getByLabel("Your own picture");
  // A text is no picture, and is not even sent.
  await picture.setInputFiles({ name: "notes.png", mimeType: "image/png", buffer: Buffer.from("not a picture") });
  await expect(page.getByText("This is neither PNG nor WebP nor SVG.")).toBeVisible();
  await picture.setInputFiles({ name: "Wheel One.svg", mimeType: "image/svg+xml", buffer: Buffer.from(DRAWING) });
  await expect(page.getByText("The picture is there.")).toBeVisible();
  await expect(page.getByRole("radio", { name: "wheel-one" })).toBeChecked();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
  const program = await inForce(store);
  expect(program.missions[0]).toMatchObject({
    kind: "custom",
    name: "A wheel for the school",
    points: { type: "per_amount", every: 1000 },
    limit_per_shopper: 3,
    until: "2099-01-31",
    show_in: ["widget"],
    notify: { email: false, toast: true },
    icon: "wheel-one",
  });
});

// A claim cannot be paid by amount: the edge's rule, said at the field before anything is sent.
test("what contradicts itself is said at the field", async ({ page }) => {
  const store = await makeStore();
  await signIn(page, store, "missions");
  await page.locator(".library").getByRole("button", { name: /Special mission/ }).click();
  await page.getByLabel("How it is known").selectOption("The shopper says so");
  await page.getByLabel("What it gives").selectOption("Points by amount");
  await expect(page.getByText("What shoppers say themselves cannot be paid by amount", { exact: false })).toBeVisible();
  await expect(page.getByRole("button", { name: "Publish" })).toBeDisabled();
});

// A bonus and a mission of the same kind: said where the mission is, which opens by itself.
test("a bonus and the mission of the same kind are not both possible", async ({ page }) => {
  const store = await makeStore({ ...PLAIN, bonuses: { registration: { points: 5 } } });
  await signIn(page, store, "missions");
  await page.locator(".library").getByRole("button", { name: /Create an account/ }).click();
  await expect(page.locator(".item").getByText("There is a bonus for registering already", { exact: false })).toBeVisible();
  await expect(page.getByRole("button", { name: "Publish" })).toBeDisabled();
});

// S0.7: the plan's quota is shown, and what is beyond it cannot be added.
test("the plan's quota of custom missions", async ({ page }) => {
  const plan = { name: "Start", features: ["missions", "custom_missions"], quotas: { custom_missions: 1 } };
  const store = await makeStore(PLAIN, { plan });
  await signIn(page, store, "missions");
  await expect(page.getByText("Custom missions: 0 of 1")).toBeVisible();
  const custom = page.locator(".library").getByRole("button", { name: /Special mission/ });
  await custom.click();
  await expect(page.getByText("Custom missions: 1 of 1")).toBeVisible();
  await expect(custom).toBeDisabled();
  await expect(custom).toContainText("Not in your plan");
});

// The order that shoppers see, by dragging and by keyboard.
test("missions are put in order", async ({ page }) => {
  const survey = { id: "survey", kind: "survey", name: "Survey", points: { type: "fixed", points: 3 } };
  const review = { id: "review", kind: "review", name: "Review", points: { type: "fixed", points: 4 } };
  const store = await makeStore({ ...PLAIN, missions: [NEWSLETTER, survey, review] });
  await signIn(page, store, "missions");
  const items = page.locator(".item");
  await expect(items).toHaveCount(3);
  const down = page.getByRole("button", { name: "Move “Survey” down" });
  await tabTo(page, down);
  await page.keyboard.press("Enter");
  await expect(items.nth(2)).toContainText("Survey");
  await expect(page.getByText("“Survey” is now 3 of 3")).toBeAttached();
  // At the end there is no further down: the focus is on the way back.
  await expect(page.getByRole("button", { name: "Move “Survey” up" })).toBeFocused();
  if (await page.locator(".grip").first().isVisible()) {
    await items.nth(2).locator(".grip").dragTo(items.first());
    await expect(items.first()).toContainText("Survey");
  }
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Everything is published")).toBeVisible();
});

test("everybody can use missions", async ({ page }) => {
  const store = await makeStore({ ...PLAIN, missions: [NEWSLETTER] });
  await signIn(page, store, "missions");
  await page.locator(".item-open").first().click();
  for (const fold of await page.locator(".fold-head").all()) await fold.click();
  await expectAccessible(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
});
