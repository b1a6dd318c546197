// The pages that strangers and invitees see, in a browser: with a script and without, on a phone and on a desk, in the
// light and in the dark.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { EDGE, expect, expectAccessible, shot, signed, test } from "./kit.ts";

type Store = { id: string; key: string; secret: string };
let stores = 0;

const levels = [
  { name: { en: "Bean", ro: "Bob" }, spend_from: 0, bps: 200 },
  { name: { en: "Golden bean", ro: "Bob de aur" }, spend_from: 100_000, bps: 500 },
];
const mission = (id: string, kind: string, points: number) => ({
  id,
  kind,
  points: { type: "fixed", points },
  show_in: ["landing", "widget"],
});

const program = {
  currency: "RON",
  timezone: "Europe/Bucharest",
  points: { value: { points: 10, minor: 100 } },
  earning: {
    award_statuses: ["delivered"],
    programs: [{ id: "levels", rate: { type: "cashback", levels } }],
  },
  redemption: { enabled: true, max_bps: 2_000, min_points: 50, order_min: 5_000 },
  bonuses: {
    registration: { points: 50, message: { en: "A first cup is on us: register and it is yours.", ro: "Prima cafea e de la noi." } },
  },
  stamp_cards: [{ id: "coffee", name: "Coffee card", orders_required: 6, reward: { type: "shipping", bps: 10_000 } }],
  missions: [mission("news", "newsletter", 20), mission("review", "review", 25), mission("social", "follow_social", 10)],
  referrals: {
    enabled: true,
    inviter_points: 100,
    invitee_points: 150,
    order_min: 5_000,
    social: { image: "cup", title: "A cup for you at {store}", description: "{points} for you after your first order." },
    landing_page: {
      title: { en: "{inviter} saved you a seat" },
      body: { en: "Small-batch coffee and the bowls to drink it from.\n\nCome and try: your first points are waiting." },
    },
  },
};

/** A store of a test's own, with a picture and a logo. */
const open = async (request: APIRequestContext, theme: object = {}, more: object = {}): Promise<Store> => {
  stores += 1;
  const headers = (key: string) => ({ authorization: `Bearer ${key}`, "idempotency-key": `pages-${process.pid}-${Date.now()}-${stores}` });
  const made = await request.post(`${EDGE}/v1/stores`, {
    headers: headers(process.env.E2E_OPERATOR_KEY ?? ""),
    data: { name: "Băcănia Lut", locale: "ro", origins: ["https://lut.example"], shards: 1, program, ...more },
  });
  expect(made.status(), await made.text()).toBe(201);
  const { store_id: id, secret_key: key, identity_secret: secret } = await made.json();
  const picture = readFileSync(fileURLToPath(new URL("../api/pictures/social.jpg", import.meta.url)));
  const put = async (path: string, type: string, data: Buffer | string | object) => {
    const answer = await request.put(`${EDGE}${path}`, { headers: { ...headers(key), "content-type": type }, data });
    expect(answer.ok(), await answer.text()).toBe(true);
  };
  await put("/v1/pictures/cup", "image/jpeg", picture);
  await put("/v1/theme", "application/json", theme);
  return { id, key, secret };
};

/** The code of somebody's link. */
const invitation = async (request: APIRequestContext, store: Store, name: string): Promise<string> => {
  const token = signed({ sub: "ana", aud: store.id, name }, store.secret);
  const mine = await request.get(`${EDGE}/v1/me/invitations`, { headers: { authorization: `Bearer ${token}` } });
  expect(mine.ok(), await mine.text()).toBe(true);
  return (await mine.json()).code;
};

const withoutScript = async (browser: Browser, viewport: { width: number; height: number }, look: (page: Page) => Promise<void>) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport });
  await look(await context.newPage());
  await context.close();
};

test("the program's page: all of it without a script, and with one the widget at its end", async ({ page, browser, request }) => {
  const store = await open(request);
  const viewport = page.viewportSize() ?? { width: 1280, height: 800 };
  await withoutScript(browser, viewport, async (bare) => {
    await bare.goto(`${EDGE}/s/${store.id}?lang=en`);
    await expect(bare.getByRole("heading", { level: 1 })).toHaveText("Collect points here");
    for (const name of ["Levels", "Missions", "Stamp cards", "How you use points", "Invite friends"]) {
      await expect(bare.getByRole("heading", { name })).toBeVisible();
    }
    await expect(bare.getByRole("link", { name: "Go to Băcănia Lut" })).toHaveAttribute("href", "https://lut.example");
    // No hole where the widget would be.
    expect(await bare.locator("fidela-panel").boundingBox()).toBeNull();
    await shot(bare, "s-bare");
  });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${EDGE}/s/${store.id}?lang=en`);
    const panel = page.locator("fidela-panel");
    await panel.scrollIntoViewIfNeeded().catch(() => {});
    await page.mouse.wheel(0, 10_000);
    await expect(panel.getByRole("heading", { name: "Băcănia Lut" })).toBeVisible();
    await expect(panel.getByText("Sign in to the shop")).toBeVisible();
    await expect(page.locator("fidela-launcher")).toBeHidden();
    await expectAccessible(page);
  }
  // It keeps nothing here.
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.getByRole("link", { name: "Română" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ro");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, "nothing is wider than the screen").toBeLessThanOrEqual(viewport.width);
});

test("a store's own colours can be read in the light and in the dark", async ({ page, request }) => {
  const themes = {
    yellow: { accent: "#ffd34d", radius: 4, font: "Georgia, serif" },
    own: { accent: "#7a1f5c", surface: "#fff7f0", text: "#2b1420", radius: 28 },
    black: { accent: "#000" },
  };
  for (const theme of Object.values(themes)) {
    const store = await open(request, theme);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${EDGE}/s/${store.id}?lang=en`);
      await page.mouse.wheel(0, 10_000);
      await expect(page.locator("fidela-panel").getByText("Sign in to the shop")).toBeVisible();
      await expectAccessible(page);
    }
  }
});

test("an invitation: the page without a script, who invites, and on to the shop", async ({ page, browser, request }) => {
  const store = await open(request);
  const code = await invitation(request, store, "Ana Popescu");
  const viewport = page.viewportSize() ?? { width: 1280, height: 800 };
  await withoutScript(browser, viewport, async (bare) => {
    await bare.goto(`${EDGE}/r/${code}?lang=en`);
    await expect(bare.getByRole("heading", { level: 1 })).toHaveText("Ana saved you a seat");
    await expect(bare.getByText("150 points")).toBeVisible();
    await expect(bare.getByRole("link", { name: "Go to Băcănia Lut" })).toHaveAttribute("href", `/r/${code}/go`);
    await bare.getByRole("link", { name: "Français" }).click();
    await expect(bare.locator("html")).toHaveAttribute("lang", "fr");
  });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${EDGE}/r/${code}?lang=en`);
    await expectAccessible(page);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, "nothing is wider than the screen").toBeLessThanOrEqual(viewport.width);
  const gone = await request.get(`${EDGE}/r/${code}/go`, { maxRedirects: 0 });
  expect(gone.status()).toBe(303);
  expect(gone.headers().location).toMatch(new RegExp(`^https://lut\\.example/\\?fidela_ref=${code}-\\d+-\\d+-[0-9a-z]{8}$`));
});

test("where there is no invitation the page says so, and leads on", async ({ page, request, complaints }) => {
  complaints.tolerate(/status of 404/);
  const store = await open(request);
  const code = await invitation(request, store, "Ana");
  const last = code.endsWith("0") ? "2" : "0";
  for (const [path, title] of [
    [`/r/${code.slice(0, -2)}${last}${last}?lang=en`, "There is no such invitation"],
    ["/r/nothing?lang=ro", "Nu există această invitație"],
  ]) {
    const answer = await page.goto(`${EDGE}${path}`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
    await expectAccessible(page);
  }
});

test("whatever is written on these pages stays words: no script runs, and the policy has nothing to refuse", async ({ page, request }) => {
  const nasty = [
    '<script>window.hit=1</script><img src=x onerror="window.hit=1">',
    '"><svg/onload=window.hit=1>',
    "' onfocus='window.hit=1' autofocus='",
    "</style></title></textarea><script>window.hit=1</script>",
    "javascript:window.hit=1 \u202e\u2066 &lt;script&gt;",
  ];
  for (const text of nasty) {
    const store = await open(request, {}, {
      name: text,
      program: {
        ...program,
        bonuses: { registration: { points: 50, message: text } },
        missions: [{ ...mission("review", "review", 25), name: text, description: text }],
        referrals: {
          ...program.referrals,
          social: { title: text, description: text },
          invite_page: { title: text, body: text },
          landing_page: { title: `{inviter} ${text}`, body: text },
        },
      },
    });
    const code = await invitation(request, store, text);
    for (const path of [`/s/${store.id}`, `/r/${code}`]) {
      await page.goto(`${EDGE}${path}`);
      await page.mouse.wheel(0, 10_000);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => "hit" in window)).toBe(false);
    }
  }
});

test("where a letter's link leads, and the letters on a laptop, can be read by everybody", async ({ page, request, complaints }) => {
  complaints.tolerate(/status of 404/);
  const store = await open(request);
  await invitation(request, store, "Ana");
  const headers = { authorization: `Bearer ${store.key}` };
  const letter = await request.post(`${EDGE}/v1/messages/preview`, { headers, data: { letter: "mission_completed", customer_id: "ana" } });
  expect(letter.ok(), await letter.text()).toBe(true);
  const leave = (await letter.json()).text.match(/\/u\/\S+/)?.[0];
  expect(leave).toBeTruthy();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const path of [leave, "/mail"]) {
      await page.goto(`${EDGE}${path}`);
      await expect(page.locator("main")).toBeVisible();
      await expectAccessible(page);
    }
  }
});
