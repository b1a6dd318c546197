// Invitations in the browser: what the loader keeps of one, the tab, and the whole way of a friend.
import { readFileSync } from "node:fs";
import type { BrowserContext } from "@playwright/test";
import { EDGE, expect, expectAccessible, isFocused, Panel, Shop, tabTo, test, type Locator, type Page } from "./kit.ts";

const CODE = "pz4vk2m8q1w7x3c9a7k2m9a7k2m9a7k2m9a7k2m9a7k2m";
const VISIT = `${CODE}-20779-30-k7qf2m9p`;
const DAY_S = 24 * 60 * 60;

type Fidela = { fidela: { push: (call: unknown[]) => void } };

/** What the shop's server will see of an invitation, and for how many days. */
const kept = async (context: BrowserContext): Promise<{ value: string; days: number } | undefined> => {
  const cookie = (await context.cookies()).find((one) => one.name === "fidela_ref");
  if (!cookie) return undefined;
  expect([cookie.path, cookie.sameSite]).toEqual(["/", "Lax"]);
  return { value: cookie.value, days: Math.round((cookie.expires - Date.now() / 1000) / DAY_S) };
};

const link = (panel: Panel): Locator => panel.dialog.getByRole("textbox", { name: "Your link" });
const send = (panel: Panel): Locator => panel.dialog.getByRole("button", { name: "Send", exact: true });
const invitations = (panel: Panel): Locator => panel.dialog.locator("[part=invitations]").getByRole("listitem");
const field = (panel: Panel, name: string, friend = 0): Locator => panel.dialog.getByLabel(name).nth(friend);

/** A friend whom nobody knows yet. */
let strangers = 0;
const stranger = (): string => `friend-${Date.now()}-${(strangers += 1)}@example.com`;

const write = async (panel: Panel, email: string, friend = 0): Promise<void> => {
  await field(panel, "First name", friend).fill("Ion");
  await field(panel, "Last name", friend).fill("Pop");
  await field(panel, "E-mail", friend).fill(email);
};

/** Opens the tab as somebody new. */
const open = async (page: Page, shop: Shop, panel: Panel): Promise<void> => {
  await shop.signIn();
  await page.goto("/");
  await panel.open("Invite");
  await expect(link(panel)).toHaveValue(/\/r\//);
};

const fits = async (page: Page, panel: Panel): Promise<void> => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, "nothing scrolls sideways").toBeLessThanOrEqual(0);
  const cut = await panel.dialog.evaluate((dialog) =>
    [...dialog.querySelectorAll(".tab, .tab span, .body, .card, .friend, .networks, .row")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
      .map((one) => one.className),
  );
  expect(cut, "nothing is cut off").toEqual([]);
};

test("S3.13: whose invitation led here is in a cookie for the shop's server, as long as the invitation holds", async ({
  page,
  context,
  panel,
}) => {
  await page.goto(`/?utm=1&fidela_ref=${VISIT}#top`);
  await expect(panel.launcher).toBeVisible();
  expect(await kept(context)).toEqual({ value: VISIT, days: 30 });
  await page.goto("/cart");
  await expect(panel.launcher).toBeVisible();
  expect(await kept(context)).toEqual({ value: VISIT, days: 30 });
  await page.goto(`/?fidela_ref=${CODE}`);
  await expect(panel.launcher).toBeVisible();
  expect(await kept(context)).toEqual({ value: CODE, days: 90 });
});

test("S3.13: what is no invitation is not kept", async ({ page, context, panel }) => {
  for (const nothing of ["fidela_ref=", "fidela_ref=;path=/x", "fidela_ref=%3Bdomain=example.com", "ref=abc"]) {
    await page.goto(`/?${nothing}`);
    await expect(panel.launcher).toBeVisible();
    expect(await kept(context), nothing).toBeUndefined();
  }
});

test("S3.13: where the shop asks first, an invitation is kept once it may be: as the address was", async ({
  page,
  context,
  panel,
}) => {
  await page.addInitScript(() => {
    new MutationObserver((_, all) => {
      const script = document.querySelector<HTMLElement>("script[data-store]");
      if (!script) return;
      script.dataset.consent = "ask";
      all.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  const consent = (granted: boolean) =>
    page.evaluate((granted) => (window as unknown as Fidela).fidela.push(["consent", granted]), granted);
  await page.goto(`/?fidela_ref=${VISIT}`);
  await expect(panel.launcher).toBeVisible();
  await page.evaluate(() => history.replaceState(null, "", "/"));
  await panel.open();
  expect(await kept(context)).toBeUndefined();
  await consent(true);
  expect(await kept(context)).toEqual({ value: VISIT, days: 30 });
  await consent(false);
  expect(await kept(context)).toBeUndefined();
});

test("S3.13: a stranger has nobody to invite; whoever is signed in sees what it brings, and their link", async ({
  page,
  shop,
  panel,
}) => {
  await page.goto("/");
  await panel.open();
  await expect(panel.tabs()).toHaveText(["Points", "Missions"]);
  await open(page, shop, panel);
  await expect(panel.tabs()).toHaveText(["Points", "Missions", "Invite", "Use points"]);
  const lead = panel.dialog.locator("[part=invite]");
  await expect(lead.getByRole("heading")).toHaveText("Bring a friend to Lumo");
  await expect(lead).toContainText("20 points");
  await expect(lead).toContainText("5 points");
  await expect(link(panel)).toHaveValue(new RegExp(`^${EDGE}/r/[a-z0-9]{45}$`));
  await expect(panel.dialog).toContainText("Nobody yet");
  await expectAccessible(page);
  await fits(page, panel);
  await page.setViewportSize({ width: 320, height: 568 });
  await fits(page, panel);
});

test("S3.15: the link is copied, and said to be", async ({ page, context, shop, panel }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, shop, panel);
  await panel.dialog.getByRole("button", { name: "Copy" }).click();
  await expect(panel.dialog.getByRole("status")).toHaveText("Copied");
  await expect(panel.dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link(panel).inputValue());
});

test("S3.15: the phone's own share sheet, where there is one; networks are plain links", async ({
  page,
  shop,
  panel,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "share", { value: undefined, configurable: true });
  });
  await open(page, shop, panel);
  const share = panel.dialog.getByRole("button", { name: "Share" });
  await expect(share).toHaveCount(0);
  const networks = panel.dialog.locator("[part=networks]").getByRole("link");
  await expect(networks).toHaveText(["WhatsApp", "Facebook", "X", "Telegram", /mail/i]);
  const address = await link(panel).inputValue();
  for (const network of await networks.all()) {
    expect(await network.getAttribute("href")).toContain(encodeURIComponent(address));
    await expect(network).toHaveAttribute("rel", "noopener noreferrer");
    await expect(network).toHaveAttribute("target", "_blank");
  }

  await page.addInitScript(() => {
    const told: unknown[] = [];
    const share = (what: unknown) => {
      told.push(what);
      // The second time, the shopper closes the sheet.
      return told.length > 1 ? Promise.reject(new DOMException("", "AbortError")) : Promise.resolve();
    };
    Object.defineProperty(navigator, "share", { value: share, configurable: true });
    Object.assign(window, { told });
  });
  await page.reload();
  await panel.open("Invite");
  await share.click();
  await share.click();
  const told = await page.evaluate(() => (window as unknown as { told: Record<string, string>[] }).told);
  expect(told).toHaveLength(2);
  expect(told[0].url).toBe(address);
  expect(told[0].title).toBeTruthy();
  await expectAccessible(page);
});

test("S3.13 S3.14: friends are written to: what is wrong stands at its field, and each is answered", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/status of 4\d\d/);
  await open(page, shop, panel);
  await send(panel).click();
  await expect(field(panel, "First name")).toHaveAccessibleDescription("Please give a name.");
  await expect(field(panel, "E-mail")).toHaveAccessibleDescription(/e-mail address/);
  await expect(field(panel, "First name")).toBeFocused();
  await expectAccessible(page);

  const [first, second] = [stranger(), stranger()];
  await write(panel, first);
  await panel.dialog.getByRole("button", { name: "Add another friend" }).click();
  await expect(field(panel, "First name", 1)).toBeFocused();
  await expect(field(panel, "First name", 1)).toHaveValue("");
  await write(panel, "nobody", 1);
  // A third of whom nothing is written is none.
  await panel.dialog.getByRole("button", { name: "Add another friend" }).click();
  await send(panel).click();
  await expect(field(panel, "E-mail", 1)).toHaveAccessibleDescription(/e-mail address/);
  await expect(field(panel, "E-mail", 1)).toBeFocused();
  await expect(field(panel, "First name")).toHaveAccessibleDescription("");
  await fits(page, panel);

  await field(panel, "E-mail", 1).fill(second);
  await send(panel).click();
  await expect(panel.dialog.getByRole("status")).toHaveText("Your invitations are on their way.");
  await expect(panel.dialog.locator("[part=letters] [part=notice]")).toHaveText("Your invitations are on their way.");
  await expect(panel.dialog.getByLabel("First name")).toHaveCount(1);
  await expect(field(panel, "E-mail")).toHaveValue("");
  await expect(invitations(panel)).toHaveCount(2);
  await expect(invitations(panel).first()).toContainText("Ion");
  await expectAccessible(page);

  await test.step("the same friend again: not written to twice, and another is", async () => {
    await write(panel, first);
    await panel.dialog.getByRole("button", { name: "Add another friend" }).click();
    await write(panel, stranger(), 1);
    await send(panel).click();
    await expect(invitations(panel)).toHaveCount(3);
    await expect(panel.dialog.getByLabel("First name")).toHaveCount(1);
    await expect(field(panel, "E-mail")).toHaveValue(first);
    await expect(field(panel, "E-mail")).toHaveAccessibleDescription("You have invited this friend before.");
  });
});

test("S3.13: letters whose answer is lost are sent once, with one key, also after a reload", async ({
  page,
  shop,
  panel,
  complaints,
}) => {
  complaints.tolerate(/ERR_FAILED|Failed to load/);
  await open(page, shop, panel);
  const keys: string[] = [];
  await page.route(`${EDGE}/v1/me/invitations`, async (route) => {
    keys.push((await route.request().allHeaders())["idempotency-key"]);
    // It arrives, and the answer does not.
    if (keys.length === 1) await route.fetch();
    if (keys.length < 3) await route.abort();
    else await route.continue();
  });
  await write(panel, stranger());
  await send(panel).click();
  const notice = panel.dialog.locator("[part=letters] [part=notice]");
  await expect(notice).toHaveText("We could not be reached. Please try again.");
  await send(panel).click();
  await expect.poll(() => keys.length).toBe(2);
  await page.reload();
  await panel.open("Invite");
  await expect(panel.dialog.getByRole("status")).toHaveText("Your invitations are on their way.");
  await expect(invitations(panel)).toHaveCount(1);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

test("S3.13: by keyboard alone: to the tab, to the link, through the form, Enter", async ({ page, shop, panel }) => {
  await shop.signIn();
  await page.goto("/");
  await tabTo(page, panel.launcher);
  await page.keyboard.press("Enter");
  await tabTo(page, panel.tab("Points"));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  expect(await isFocused(panel.tab("Invite"))).toBe(true);
  await tabTo(page, link(panel));
  await tabTo(page, panel.dialog.getByRole("button", { name: "Copy" }));
  for (const [name, word] of [
    ["First name", "Ion"],
    ["Last name", "Pop"],
    ["E-mail", stranger()],
  ]) {
    await tabTo(page, field(panel, name));
    await page.keyboard.type(word);
  }
  await page.keyboard.press("Enter");
  await expect(invitations(panel)).toHaveCount(1);
});

test("S3.13: the tab in the page, and opened by the page's script", async ({ page, shop, panel }) => {
  await shop.signIn();
  await page.goto("/orders");
  await page.evaluate(() => {
    const panel = document.createElement("fidela-panel");
    panel.setAttribute("view", "invite");
    document.querySelector("main")?.append(panel);
  });
  const inline = page.locator("fidela-panel:not([data-dialog])").locator("[part=panel]");
  await expect(inline.getByRole("tab", { selected: true })).toHaveText("Invite");
  await expect(inline.getByRole("textbox", { name: "Your link" })).toBeVisible();
  await expectAccessible(page);
  await page.evaluate(() => (window as unknown as Fidela).fidela.push(["open", "invite"]));
  await expect(panel.tab("Invite")).toHaveAttribute("aria-selected", "true");
  await expect(link(panel)).toBeVisible();
  await expectAccessible(page);
});

for (const [name, media] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
] as const) {
  test(`S3.13: inviting can be read: ${name}`, async ({ page, shop, panel, complaints }) => {
    complaints.tolerate(/status of 4\d\d/);
    await page.emulateMedia(media);
    await open(page, shop, panel);
    const look = () => expectAccessible(page, { contrast: !("forcedColors" in media) });
    await look();
    await write(panel, "nobody");
    await send(panel).click();
    await expect(field(panel, "E-mail")).toBeFocused();
    await look();
    await write(panel, stranger());
    await send(panel).click();
    await expect(invitations(panel)).toHaveCount(1);
    await panel.dialog.getByRole("tabpanel").evaluate((body) => body.scrollTo(0, 9_999));
    await look();
  });
}

for (const [locale, title] of [
  ["en", "Bring a friend to Lumo"],
  ["ro", "Adu un prieten la Lumo"],
  ["es", "Trae a un amigo a Lumo"],
  ["fr", "Invitez un ami chez Lumo"],
  ["pt-BR", "Traga um amigo para a Lumo"],
]) {
  test(`S3.13: inviting in ${locale}: whole, and nothing is cut off`, async ({ page, shop, panel }) => {
    const read = (tag: string) =>
      JSON.parse(readFileSync(new URL(`../../widget/locales/${tag}.json`, import.meta.url), "utf8")) as Record<string, string>;
    const [own, english] = [read(locale), read("en")];
    const says = (key: string) => {
      if (locale !== "en" && !["invite.email"].includes(key)) expect(own[key], key).not.toBe(english[key]);
      return own[key];
    };
    await shop.signIn();
    await page.goto(`/?locale=${locale}`);
    await panel.launcher.click();
    await panel.tab(says("tab.invite")).click();
    await expect(panel.dialog.locator("[part=invite]")).toContainText(title);
    for (const key of Object.keys(own).filter((key) => /^invite\.(link|form|first|last|email|add|send$|history|none)/.test(key))) {
      await expect(panel.dialog).toContainText(says(key));
    }
    const text = await panel.dialog.evaluate((dialog) => (dialog as HTMLElement).innerText);
    expect(text).not.toMatch(/undefined|null|NaN|\[object|[{}]|invite\./);
    await expectAccessible(page);
    await fits(page, panel);
  });
}

test("S3.13 S3.14: the whole way: a friend opens the link, registers and orders, and both have their points", async ({
  page,
  browser,
  shop,
  panel,
}) => {
  await open(page, shop, panel);
  const address = await link(panel).inputValue();
  await panel.close();

  const elsewhere = await browser.newContext();
  const there = await elsewhere.newPage();
  const [friendsShop, friendsPanel] = [new Shop(there), new Panel(there)];
  await test.step("the page of the invitation leads to the shop, which keeps whose it was", async () => {
    await there.goto(address);
    await expect(there.getByRole("heading", { level: 1 })).toBeVisible();
    await there.locator('a[href$="/go"]').first().click();
    await expect(friendsPanel.launcher).toBeVisible();
    const value = new URL(there.url()).searchParams.get("fidela_ref");
    expect(value).toContain(`${address.split("/").at(-1)}-`);
    expect(await kept(elsewhere)).toEqual({ value, days: 90 });
  });

  await test.step("registers", async () => {
    await there.getByRole("link", { name: "Sign in" }).click();
    await there.getByLabel("Name").fill("Ion Pop");
    await there.getByLabel("E-mail").fill(stranger());
    await there.getByRole("button", { name: "Create account" }).click();
    await expect(there).toHaveURL(/\/rewards$/);
    await expect(async () => {
      await page.reload();
      await panel.open("Invite");
      await expect(invitations(panel)).toHaveCount(1, { timeout: 1_000 });
    }).toPass();
    await expect(invitations(panel).first()).toContainText(/registered/i);
    await panel.close();
  });

  await test.step("orders, and the order is delivered", async () => {
    await friendsShop.fill({ "mug-lut": 1 });
    const order = await friendsShop.order();
    await friendsShop.move(order, "delivered");
  });

  await test.step("both have their points, and read why", async () => {
    await expect(async () => {
      await page.reload();
      await panel.open();
      await expect(panel.balance).toHaveText("20 points", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await expect(panel.history.first()).toContainText("+20");
    await panel.tab("Invite").click();
    await expect(invitations(panel).first()).toContainText("+20");
    await expectAccessible(page);

    await expect(async () => {
      await there.goto("/");
      await friendsPanel.open();
      // Ten for registering, one for the order, five for coming by an invitation.
      await expect(friendsPanel.balance).toHaveText("16 points", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await expect(friendsPanel.history.filter({ hasText: "+5" })).toHaveCount(1);
  });
  await elsewhere.close();
});
