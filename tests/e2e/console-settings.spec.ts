// Settings: the store, its team, keys and secrets, webhooks, plan, and the record of who did what.
import { CONSOLE, address, asOperator, makeStore, signIn } from "./console-kit.ts";
import { EDGE, expect, expectAccessible, test } from "./kit.ts";

test("the store's name and addresses are changed, and what is wrong is said at its field", async ({ page, complaints }) => {
  complaints.tolerate(/40[01]/);
  const store = await makeStore();
  await signIn(page, store, "settings");
  await expectAccessible(page);
  const origins = page.getByLabel("Addresses of your shop");
  await page.getByLabel("Name", { exact: true }).fill("");
  await origins.fill("https://shop.example/path");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Something has to stand here.")).toBeVisible();
  await expect(page.getByText("An address of a shop looks like")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Name", { exact: true }).fill("Lumo Nova");
  await origins.fill("https://shop.example\nhttps://www.shop.example");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  const settings = await store.send("GET", "/v1/settings");
  expect(settings).toMatchObject({ name: "Lumo Nova", origins: ["https://shop.example", "https://www.shop.example"] });
});

test("somebody is let in as staff, cannot make keys, and is let out", async ({ page, browser, complaints }) => {
  complaints.tolerate(/40[139]/);
  const store = await makeStore();
  const dan = address("dan");
  await signIn(page, store, "settings/team");
  await page.getByRole("button", { name: "Add somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Add somebody" });
  await dialog.getByLabel("E-mail address").fill(dan);
  await dialog.getByLabel("Name", { exact: true }).fill("Dan");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add somebody" }).click();
  await expect(page.getByRole("row").filter({ hasText: dan })).toContainText("Staff");
  // Dan hears of it.
  await expect(async () => {
    const mail = await (await page.request.get(`${EDGE}/mail`)).text();
    expect(mail).toContain(dan);
    expect(mail).toContain("You are in the team of Lumo");
  }).toPass();
  await expectAccessible(page);
  // The only owner stays.
  await page.getByRole("button", { name: "Remove Ana Pop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("This is the store's only owner")).toBeVisible();

  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signIn(theirs, store, "settings", dan);
  const tabs = theirs.getByRole("navigation", { name: "Settings" });
  await expect(tabs.getByRole("link", { name: "Plan" })).toBeVisible();
  await expect(tabs.getByRole("link", { name: "Keys" })).toHaveCount(0);
  await theirs.goto(`${CONSOLE}/settings/keys`);
  await expect(theirs.getByText("Only owners see this")).toBeVisible();
  // Not only hidden.
  const refused = await theirs.evaluate(async () => (await fetch("/v1/keys")).status);
  expect(refused).toBe(403);

  await page.getByRole("button", { name: "Remove Dan" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("row").filter({ hasText: dan })).toHaveCount(0);
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await context.close();
});

test("a key is shown once, works, and is revoked; a secret for tokens is replaced", async ({ page, complaints }) => {
  complaints.tolerate(/401/);
  const store = await makeStore();
  await signIn(page, store, "settings/keys");
  await expect(page.getByRole("row").filter({ hasText: "First key" })).toContainText("Everything");
  await expectAccessible(page);
  // All by keyboard: the dialog takes the focus and gives it back.
  const make = page.getByRole("button", { name: "Make a key" });
  await make.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Make a key" });
  await dialog.getByLabel("Name", { exact: true }).fill("Till");
  await dialog.getByRole("checkbox", { name: "Shoppers" }).press("Space");
  await expectAccessible(page);
  await dialog.getByLabel("Name", { exact: true }).press("Enter");
  const shown = page.getByRole("dialog", { name: "Your new key" });
  const key = (await shown.locator("[data-secret]").textContent()) ?? "";
  expect(key).toMatch(/^sk_/);
  const ask = (path: string) => page.request.get(`${EDGE}${path}`, { headers: { authorization: `Bearer ${key}` } });
  expect((await ask("/v1/customers")).status()).toBe(200);
  expect((await ask("/v1/keys")).status()).toBe(403);
  await shown.getByRole("button", { name: "I have it" }).click();
  await expect(shown).toBeHidden();
  expect(await page.content()).not.toContain(key);
  const row = page.getByRole("row").filter({ hasText: "Till" });
  await expect(row).toContainText("Orders, Shoppers");
  await row.getByRole("button", { name: "Revoke Till" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row).toContainText("Revoked");
  await expect.poll(async () => (await ask("/v1/customers")).status()).toBe(401);

  await page.getByRole("button", { name: "Make the next one" }).click();
  const secret = page.getByRole("dialog", { name: "Your new secret" });
  await expect(secret.locator("[data-secret]")).toHaveText(/^[\w-]{43}$/);
  await page.keyboard.press("Escape");
  await expect(page.getByText("Two are good now.")).toBeVisible();
  await page.getByRole("button", { name: /^Remove the secret that ends with/ }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Make the next one" })).toBeVisible();
});

test("an endpoint is added, its deliveries are seen and sent again", async ({ page, complaints }) => {
  complaints.tolerate(/401/);
  const store = await makeStore();
  await signIn(page, store, "settings/webhooks");
  await expect(page.getByText("No endpoints yet")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add an endpoint" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an endpoint" });
  // Nobody listens there, so what is sent waits.
  await dialog.getByLabel("Address").fill("http://127.0.0.1:9/hook");
  await dialog.getByLabel("What it is for").fill("Accounting");
  await dialog.getByRole("button", { name: "Add an endpoint" }).click();
  const shown = page.getByRole("dialog", { name: "Its secret" });
  await expect(shown.locator("[data-secret]")).toHaveText(/^whsec_/);
  await shown.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByText("Accounting")).toBeVisible();
  await expectAccessible(page);
  await store.send("PUT", "/v1/customers/c-1", { name: "Ana" });
  const given = { points: 50, reason: "A present" };
  await store.send("POST", "/v1/customers/c-1/adjustments", given);
  await page.getByRole("link", { name: /^Deliveries to/ }).click();
  await expect(page.getByRole("row").filter({ hasText: "points.earned" })).toContainText(/On its way/);
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Send again: / }).first().click();
  await expect(page.getByText("It is sent again, with the same id.")).toBeVisible();
});

test("plan, platforms and the record", async ({ page, complaints }) => {
  complaints.tolerate(/401/);
  const store = await makeStore();
  const plan = { name: "Growth", quotas: { custom_missions: 5, stamp_cards: 2, grants_per_month: 1000 } };
  await asOperator("PUT", `/v1/stores/${store.id}/plan`, plan);
  await signIn(page, store, "settings/plan");
  await expect(page.getByRole("heading", { name: "Growth" })).toBeVisible();
  await expect(page.getByRole("meter", { name: "Stamp cards" })).toHaveAttribute("aria-valuemax", "2");
  await expectAccessible(page);
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Shop platforms" }).click();
  await expect(page.getByRole("heading", { name: "Shopify" })).toBeVisible();
  await page.getByLabel("Its webhook secret").fill("shpss_0123456789abcdef");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Connected", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Record" }).click();
  const first = page.getByRole("row").nth(1);
  await expect(first).toContainText("Ana Pop");
  await expect(first).toContainText("Changed a shop platform");
  await expect(page.getByRole("row").filter({ hasText: "Operator" }).first()).toContainText("Changed the plan");
  await expectAccessible(page);
});
