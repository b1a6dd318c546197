// Every version with who and what, the way back, the shared draft, and two people at once.
import { makeStore, PLAIN as PROGRAM, signIn } from "./console-kit.ts";
import { expect, expectAccessible, tabTo, test } from "./kit.ts";

test("each version says who changed what, and an earlier one can be published again", async ({ page, complaints }) => {
  const store = await makeStore(PROGRAM);
  const publish = (redemption: object, version: number) =>
    store.send("PUT", "/v1/program", { ...PROGRAM, redemption }, { "if-match": `"${version}"` });
  await publish({ enabled: true, max_bps: 3000 }, 1);
  await publish({ enabled: true, max_bps: 3000, order_min: 5000 }, 2);
  await signIn(page, store, "program/history");
  const versions = page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2 }) });
  await expect(versions).toHaveCount(3);
  await expect(versions.nth(0)).toContainText("in force");
  await expect(versions.nth(0)).toContainText("by the key “First key”");
  await expect(versions.nth(0)).toContainText(/nothing → .*50\.00/);
  await expect(versions.nth(1)).toContainText("20% → 30%");
  await expect(versions.nth(2)).toContainText("The first version");
  await expectAccessible(page);
  await tabTo(page, versions.nth(2).getByRole("button", { name: "Back to this version" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Back to version 1?" });
  await expect(dialog).toContainText("30% → 20%");
  await expectAccessible(page);
  // Somebody publishes while it is looked at: that is told, and what would change now is shown.
  complaints.tolerate(/412/);
  await publish({ enabled: true, max_bps: 4000 }, 3);
  await dialog.getByRole("button", { name: "Publish it again" }).click();
  await expect(dialog).toContainText("40% → 20%");
  await dialog.getByRole("button", { name: "Publish it again" }).click();
  await expect(page.getByText("Version 1 is in force again, as version 5.")).toBeVisible();
  await expect(versions).toHaveCount(5);
  await expect(versions.nth(0)).toContainText("by Ana Pop");
  expect((await store.send("GET", "/v1/program")).program.redemption.max_bps).toBe(2000);
});

test("what is typed is the team's draft, and two people who type at once both keep it", async ({ page, complaints }) => {
  complaints.tolerate(/412|422/);
  const store = await makeStore(PROGRAM);
  await signIn(page, store, "look/words");
  const english = page.getByRole("group", { name: "English" });
  await english.getByLabel("After 1", { exact: true }).fill("bean");
  await english.getByLabel("After 2", { exact: true }).fill("beans");
  await expect(page.getByText(/Draft saved .* by Ana Pop/)).toBeVisible();
  const draft = await store.send("GET", "/v1/program/draft");
  expect([draft.saved, draft.program.points.name.en.other]).toEqual([true, "beans"]);
  // On another device it goes on from there.
  await page.reload();
  await expect(english.getByLabel("After 2", { exact: true })).toHaveValue("beans");
  // Somebody else works on another part: both are there.
  const theirs = { ...draft.program, redemption: { ...draft.program.redemption, max_bps: 4000 } };
  await store.send("PUT", "/v1/program/draft", { program: theirs }, { "if-match": `"${draft.revision}"` });
  const french = page.getByRole("group", { name: "French" });
  await french.getByLabel("After 1", { exact: true }).fill("grain");
  await french.getByLabel("After 2", { exact: true }).fill("grains");
  await expect.poll(async () => (await store.send("GET", "/v1/program/draft")).program.points.name.fr?.other).toBe("grains");
  const both = await store.send("GET", "/v1/program/draft");
  expect([both.program.redemption.max_bps, both.program.points.name.en.other]).toEqual([4000, "beans"]);
  // Both change the same word: that is shown, and decided by whoever sits here.
  const clash = structuredClone(both.program);
  clash.points.name.en.other = "coffee beans";
  await store.send("PUT", "/v1/program/draft", { program: clash }, { "if-match": `"${both.revision}"` });
  await english.getByLabel("After 2", { exact: true }).fill("stars");
  const dialog = page.getByRole("dialog", { name: "Somebody else was faster" });
  await expect(dialog).toContainText("by the key “First key”");
  await expect(dialog).toContainText("coffee beans → stars");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Put both together" }).click();
  await expect.poll(async () => (await store.send("GET", "/v1/program/draft")).program.points.name.en.other).toBe("stars");
  // Published by somebody else meanwhile: nothing is lost either.
  await store.send("PUT", "/v1/program", { ...PROGRAM, redemption: { enabled: true, max_bps: 5000 } }, { "if-match": '"1"' });
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else was faster" });
  await expect(conflict).toContainText("Version 2 was published by the key “First key”");
  await conflict.getByRole("button", { name: "Put both together" }).click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("Published. It is in force from now on.")).toBeVisible();
  const { version, program } = await store.send("GET", "/v1/program");
  expect([version, program.points.name.en.other]).toEqual([3, "stars"]);
  await expect.poll(async () => (await store.send("GET", "/v1/program/draft")).saved).toBe(false);
});
