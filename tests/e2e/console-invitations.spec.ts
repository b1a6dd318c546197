// The console's invitations: what they give, their letter, card and pages with previews that are the real thing, the queue of
// those that are looked at, and their history.
import { deflateSync } from "node:zlib";
import { EDGE, expect, expectAccessible, tabTo, test } from "./kit.ts";
import { invited } from "./console-data.ts";
import { BARE, inForce, makeStore, signIn } from "./console-kit.ts";

const REFERRALS = { enabled: true, inviter_points: 100, invitee_points: 50, review_days: 14, order_min: 5_000 };

/** A PNG of one colour. */
const png = (width: number, height: number): Buffer => {
  const crc = (bytes: Buffer): number => {
    let sum = 0xffffffff;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return (sum ^ 0xffffffff) >>> 0;
  };
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x += 1) line.set([15 + Math.floor((x * 200) / width), 107, 99], 1 + x * 3);
  const lines = Buffer.concat(Array.from({ length: height }, () => line));
  const sign = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([sign, chunk("IHDR", head), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
};

// S3.13
test("what an invitation gives is set, said in a sentence, and published", async ({ page }) => {
  const store = await makeStore(BARE);
  await signIn(page, store, "invitations");
  await expect(page.getByText("Everything below can be prepared")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, page.getByRole("switch", { name: "Shoppers can invite friends" }));
  await page.keyboard.press("Space");
  await page.getByLabel("For whoever invites").fill("200");
  await page.getByLabel("For the friend").fill("80");
  await page.getByLabel("Smallest order that counts").fill("49.90");
  await page.getByLabel("Days of review").fill("400");
  await expect(page.getByLabel("Days of review")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("button", { name: "Publish" })).toBeDisabled();
  await page.getByLabel("Days of review").fill("7");
  await expect(page.getByText(/orders for at least .*49\.90.*; 7 days later both get their points/)).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published. It is in force")).toBeVisible();
  expect((await inForce(store)).referrals).toMatchObject({ enabled: true, inviter_points: 200, invitee_points: 80, order_min: 4990, review_days: 7 });
});

// S3.13, S3.16
test("the letter is edited by language, with places put in by a button, and seen as it will be", async ({ page }) => {
  const store = await makeStore({ ...BARE, referrals: REFERRALS });
  await signIn(page, store, "invitations/email");
  const letter = page.frameLocator('iframe[title="Preview"]');
  // Ours, until there are words of the store's own.
  await expect(letter.getByText("Lumo").first()).toBeVisible({ timeout: 20_000 });
  const subject = page.getByRole("textbox", { name: "Subject" });
  await subject.fill("For you, ");
  await page.getByRole("button", { name: "Insert Friend's first name into Subject" }).click();
  await expect(subject).toHaveValue("For you, {friend}");
  await expect(subject).toBeFocused();
  await page.keyboard.type("!");
  await expect(subject).toHaveValue("For you, {friend}!");
  await expect(page.getByRole("definition").filter({ hasText: "For you," })).toBeVisible();
  await page.getByRole("textbox", { name: "Text" }).fill("Hello <b>{friend}</b>\n\n{inviter} thought of you.");
  await expect(letter.getByText("thought of you.")).toBeVisible();
  await expect(letter.getByText("<b>")).toBeVisible();
  await expect(page.getByText("so it is put at the end")).toBeVisible();
  await expectAccessible(page);
  // One to whoever is signed in, and to nobody else.
  await page.getByRole("button", { name: "Send me a test" }).click();
  await expect(page.getByText(`On its way to ${store.owner}`)).toBeVisible({ timeout: 20_000 });
  await expect(async () => expect(await (await page.request.get(`${EDGE}/mail`)).text()).toContain("For you, Dan!")).toPass();
  await page.getByRole("textbox", { name: "Text" }).fill("Hello {friend}, {nobody}");
  await expect(page.getByText("Nothing fills nobody in here.")).toBeVisible();
  await page.getByRole("textbox", { name: "Text" }).fill("Salut {friend}: {link}");
  await page.locator(".which-language select").selectOption("ro");
  await expect(subject).toHaveValue("");
  await expect(subject).toHaveAttribute("placeholder", "For you, {friend}!");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published. It is in force")).toBeVisible();
  expect((await inForce(store)).referrals.email).toEqual({ subject: { en: "For you, {friend}!" }, body: { en: "Salut {friend}: {link}" } });
});

// S3.15
test("the card of networks: a picture that fits, what is cut, and words where each network cuts them", async ({ page }) => {
  const store = await makeStore({ ...BARE, referrals: REFERRALS });
  await signIn(page, store, "invitations/social");
  await expect(page.getByText("at least 600 × 315 pixels")).toBeVisible();
  const field = page.getByLabel("Choose a picture");
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "PUT" && sent.push(request.url()));
  await field.setInputFiles({ name: "small.png", mimeType: "image/png", buffer: png(400, 300) });
  await expect(page.getByRole("alert").getByText("The picture has 400 × 300 pixels")).toBeVisible();
  await field.setInputFiles({ name: "a.gif", mimeType: "image/gif", buffer: Buffer.from("GIF89a") });
  await expect(page.getByRole("alert").getByText("Networks show PNG and JPEG only")).toBeVisible();
  expect(sent, "what is wrong is not sent").toEqual([]);
  await field.setInputFiles({ name: "card.png", mimeType: "image/png", buffer: png(900, 700) });
  await expect(page.getByText("900 × 700 pixels. Networks show what is framed")).toBeVisible();
  await expect(page.getByText("Picture is cut").first()).toBeVisible();
  await page.getByRole("textbox", { name: "Title" }).fill("A rather long title that says how much you would like it at {store}, what you would get, and for how long");
  await page.getByRole("textbox", { name: "Description" }).fill("Lamps that last. {points} for you.");
  const facebook = page.locator("figure").filter({ hasText: "Facebook" });
  await expect(facebook.locator("strong")).toContainText("…");
  await expect(facebook.getByText("50 points for you.")).toBeVisible();
  await expect(facebook.locator("img")).toHaveJSProperty("complete", true);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published. It is in force")).toBeVisible();
  const { social } = (await inForce(store)).referrals;
  expect(social.image).toMatch(/^social-/);
  await page.getByRole("button", { name: /^Delete the picture/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("button", { name: /^Delete the picture/ })).toHaveCount(0);
});

// S3.16
test("both pages are edited, and seen on a phone", async ({ page }) => {
  const store = await makeStore({ ...BARE, referrals: REFERRALS });
  await signIn(page, store, "invitations/pages");
  const landing = page.frameLocator('iframe[title="What friends open"]');
  await expect(landing.getByRole("heading").first()).toContainText("Ana", { timeout: 20_000 });
  await page.getByRole("textbox", { name: "Title" }).first().fill("Tell your friends");
  await expect(page.locator(".invite-head")).toContainText("Tell your friends");
  await page.getByRole("textbox", { name: "Title" }).last().fill("{inviter} sends you to {store}");
  await expect(landing.getByRole("heading", { name: "Ana sends you to Lumo" })).toBeVisible();
  // Nothing leads away from it, and nothing in it runs: it stands in a sandbox, whoever asks for it.
  const policy = (await page.request.get(`${EDGE}/console/frame`)).headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'; script-src 'sha256-[^']+'; /);
  await landing.getByRole("link").first().click();
  await expect(landing.getByRole("heading", { name: "Ana sends you to Lumo" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published. It is in force")).toBeVisible();
  expect((await inForce(store)).referrals).toMatchObject({ invite_page: { title: { en: "Tell your friends" } } });
});

// S3.14
test("the queue: what speaks against one, yes and no with a note, and the history tells each step", async ({ page }) => {
  const store = await makeStore({ ...BARE, referrals: REFERRALS });
  await store.send("PUT", "/v1/customers/ana", { name: "Ana Pop", email: "ana@example.com" });
  for (const friend of ["bob", "eva", "leo"]) await invited(store, "ana", friend);
  await signIn(page, store, "invitations/review");
  await expect(page.getByRole("listitem").filter({ hasText: "o-bob" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Refuse the invitation of bob" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("cannot be undone");
  await dialog.getByLabel("Note").fill("The same person");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Refuse" }).click();
  await expect(page.getByRole("button", { name: "Refuse the invitation of bob" })).toHaveCount(0);
  await page.getByRole("button", { name: "Approve the invitation of eva" }).click();
  await dialog.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("button", { name: "Approve the invitation of eva" })).toHaveCount(0);
  await expect(async () => expect((await store.send("GET", "/v1/customers/ana")).available).toBe(100)).toPass();

  await page.getByRole("link", { name: "History" }).click();
  const items = page.locator(".history > li");
  await expect(items).toHaveCount(3);
  await items.filter({ hasText: "bob" }).locator("summary").click();
  await expect(items.filter({ hasText: "bob" })).toContainText("The same person");
  await expect(items.filter({ hasText: "bob" })).toContainText("Refused by the store.");
  await expect(items.filter({ hasText: "bob" })).toContainText("Decided by Ana Pop.");
  await expectAccessible(page);
  await page.getByLabel("State", { exact: true }).selectOption("Rewarded");
  await expect(items).toHaveCount(1);
  await expect(items).toContainText("eva");
});

test("the other letters: whose they are, which go out, and in which words", async ({ page, complaints }) => {
  // What is wrong is told by the API.
  complaints.tolerate(/status of 400/);
  const store = await makeStore(BARE);
  await signIn(page, store, "invitations/letters");
  const letter = page.frameLocator('iframe[title="Preview"]');
  await expect(letter.getByText("Lumo").first()).toBeVisible({ timeout: 20_000 });
  await page.getByLabel("Letter", { exact: true }).selectOption("Points that expire soon");
  await page.getByRole("textbox", { name: "Subject" }).fill("{points} until {last_day}");
  await expect(page.getByRole("definition").filter({ hasText: /points until/ })).toBeVisible();
  await page.getByLabel("Answers go to").fill("nowhere");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is not an e-mail address.")).toBeVisible();
  await page.getByLabel("Answers go to").fill("shop@example.com");
  await page.getByRole("switch", { name: "Send this letter" }).press("Space");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  const { messages } = (await store.send("GET", "/v1/messages")) as { messages: { sender: unknown; letters: Record<string, { enabled: boolean; texts: Record<string, { subject: string; body: string }> }> } };
  expect(messages.sender).toEqual({ reply_to: "shop@example.com" });
  expect(messages.letters.points_expiring?.enabled).toBe(false);
  expect(messages.letters.points_expiring?.texts.en?.subject).toBe("{points} until {last_day}");
  expect(messages.letters.points_expiring?.texts.en?.body, "the other half is ours").toContain("{points}");
});
