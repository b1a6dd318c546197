// Signing in to the console: by the link of a letter, once, and out of it again.
import { CONSOLE, linkAfter, makeStore, signIn } from "./console-kit.ts";
import { EDGE, expect, expectAccessible, test } from "./kit.ts";

test("a link by e-mail leads in, and to where one wanted to go", async ({ page, complaints }) => {
  // Whoever is not signed in yet is told so.
  complaints.tolerate(/401/);
  const store = await makeStore();
  await page.goto(`${CONSOLE}/settings`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeFocused();
  await expect(page).toHaveURL(/sign-in\?then=/);
  await expectAccessible(page);
  const email = page.getByLabel("E-mail address");
  await email.fill("nobody");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await expect(page.getByText("This is not an e-mail address.")).toBeVisible();
  const link = await linkAfter(page.request, store, async () => {
    await email.fill(store.owner);
    await email.press("Enter");
    await expect(page.getByRole("heading", { name: "Look at your mail" })).toBeFocused();
  });
  await expect(page.getByText(store.owner)).toBeVisible();
  await expectAccessible(page);
  // Opened in the same window, as from a mail program.
  await page.goto(link);
  await expect(page.locator("#menu")).toBeAttached();
  await expect(page).not.toHaveURL(/token=/);
  const cookies = await page.context().cookies(EDGE);
  const session = cookies.find((cookie) => cookie.name === "fidela_session");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  // No script of the page can read it.
  expect(await page.evaluate(() => document.cookie)).not.toContain("fidela_session");
});

test("a link is good once, and says so", async ({ page, complaints }) => {
  complaints.tolerate(/401/);
  const store = await makeStore();
  const ask = () => page.request.post(`${EDGE}/v1/sign_in`, { data: { email: store.owner } });
  const link = await linkAfter(page.request, store, ask);
  await page.goto(link);
  await expect(page).toHaveURL(CONSOLE);
  await page.context().clearCookies();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link is not good any more" })).toBeFocused();
  await expect(page.getByRole("alert")).toContainText("ask for a new one");
  await expectAccessible(page);
});

test("signed out is signed out, also in another window", async ({ page, context, complaints }, info) => {
  complaints.tolerate(/401/);
  const store = await makeStore();
  await signIn(page, store);
  const other = await context.newPage();
  await other.goto(`${CONSOLE}/settings`);
  await expect(other.getByLabel("Name", { exact: true })).toHaveValue("Lumo");
  if (info.project.name === "phone") await page.getByRole("button", { name: "Menu" }).click();
  await page.locator(".account summary").click();
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await other.reload();
  await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
