// The console's imports: a file is read and checked in the page before anything is sent, counted when somebody says so, and
// taken back.
import { readFileSync } from "node:fs";
import { EDGE, expect, expectAccessible, tabTo, test, type Page } from "./kit.ts";
import { asOperator, BARE, type Json, makeStore, signIn, type Store } from "./console-kit.ts";

const MISSION = {
  id: "event",
  kind: "custom",
  name: { en: "Came to the evening", ro: "A venit la seară" },
  points: { type: "fixed", points: 50 },
  limit_per_shopper: 2,
  verify: "import_or_api",
};

/** What `GET /v1/customers/{id}` says somebody has. */
const points = async (store: Store, customer: string): Promise<unknown> =>
  (await store.send("GET", `/v1/customers/${customer}`)).available;

const customers = async (store: Store, ids: string[]): Promise<void> => {
  for (const id of ids) await store.send("PUT", `/v1/customers/${id}`, { name: `${id} Pop`, email: `${id}@example.com` });
};

/** Gives the page's file field a file. */
const give = async (page: Page, name: string, text: string): Promise<void> => {
  await page.getByLabel("Choose a file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
};

/** Drops a file onto the page, as out of another window. */
const drop = async (page: Page, name: string, text: string): Promise<void> => {
  const data = await page.evaluateHandle(
    ([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text ?? ""], name ?? "", { type: "text/csv" }));
      return data;
    },
    [name, text],
  );
  await page.locator(".drop").dispatchEvent("drop", { dataTransfer: data });
};

// S0.3, S0.5
test("a file is read in the page, its faults are told with their place, and what is good counts once", async ({ page }) => {
  const store = await makeStore({ ...BARE, missions: [MISSION] });
  await customers(store, ["ana", "ion", "eva"]);
  await signIn(page, store);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const reader = () => asked.filter((path) => /\/reader-[0-9a-f]+\.(js|wasm)$/.test(path));

  await page.goto(`${EDGE}/console/imports`);
  await expect(page.getByRole("heading", { name: "No imports yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "New import" }).first().click();
  await expect(page.getByRole("heading", { name: "New import" })).toBeVisible();
  await expect(page.getByLabel("Mission", { exact: true })).toHaveValue("event");
  await expectAccessible(page);
  expect(reader(), "what reads spreadsheets is not fetched before there is one").toEqual([]);

  await test.step("templates, in the reader's language", async () => {
    for (const [name, file] of [["CSV", /\.csv$/], ["Excel (XLSX)", /\.xlsx$/]] as const) {
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      const download = await saved;
      expect(download.suggestedFilename()).toMatch(file);
      const text = readFileSync(await download.path());
      if (name === "CSV") expect(text.toString()).toContain("Customer ID");
      else expect(text.subarray(0, 2).toString()).toBe("PK");
    }
    expect(reader()).toEqual([]);
  });

  const file =
    "Email,Customer ID,Reference,Notes\nana@example.com,ana,r-1,\n,ion,r-1,was late\nnot an address,,r-2,\n,,,\n,ana,r-2,\n,ana,r-3,\n";
  await drop(page, "evening.csv", file);
  await expect(page.getByText("4 rows are good.")).toBeVisible();
  expect(reader().length, "the reader and its program").toBe(2);
  const wrongs = page.getByRole("region", { name: "What is wrong" });
  await expect(wrongs.getByRole("row").nth(1)).toContainText("4");
  await expect(wrongs.getByRole("row").nth(1)).toContainText("not an address");
  await expect(wrongs.getByRole("row").nth(1)).toContainText("This is not an e-mail address.");
  await expect(page.getByText("Left out, because this import does not use them: Notes (D)")).toBeVisible();
  await expect(page.getByRole("region", { name: "First rows" })).toContainText("ana@example.com");
  const list = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download errors" }).click();
  expect(readFileSync(await (await list).path(), "utf8")).toContain('4,"A (Email)","not an address",email_invalid');
  await expectAccessible(page);
  expect(asked.filter((path) => path === "/v1/imports" && !reader().includes(path)).length, "the list alone was asked for").toBe(1);
  expect(await points(store, "ana")).toBe(0);

  await test.step("sent, looked at, counted", async () => {
    await page.getByRole("button", { name: "Send and check" }).click();
    await expect(page.getByText("3 rows would count. They would give 150 points.")).toBeVisible();
    expect(await points(store, "ana"), "nothing counts yet").toBe(0);
    await expectAccessible(page);
    await page.getByLabel("Show", { exact: true }).selectOption("Refused (1)");
    const rows = page.getByRole("table").getByRole("row");
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1)).toContainText("7");
    await expect(rows.nth(1)).toContainText("as often as");
    await page.getByRole("button", { name: "Count 3 rows" }).click();
    await expect(page.getByText("3 rows have counted. 150 points were given.")).toBeVisible();
    expect(await points(store, "ana")).toBe(100);
    // What it came to is there for whoever comes later.
    await page.reload();
    await expect(page.getByText("3 rows have counted. 150 points were given.")).toBeVisible();
    await page.getByLabel("Show", { exact: true }).selectOption("Everything that is wrong (2)");
    await expect(page.getByRole("table").getByRole("row")).toHaveCount(3);
    await expectAccessible(page);
    const errors = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download errors" }).click();
    expect(readFileSync(await (await errors).path(), "utf8")).toContain("mission_limit_reached");
  });

  await test.step("the same rows again give nothing", async () => {
    await page.goto(`${EDGE}/console/imports/new`);
    await give(page, "evening.csv", file);
    await page.getByRole("button", { name: "Send and check" }).click();
    await expect(page.getByText("None of its rows would give points.")).toBeVisible();
    await expect(page.getByRole("button", { name: /^Count/ })).toHaveCount(0);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("table").getByRole("row")).toHaveCount(2);
    await expectAccessible(page);
  });

  await test.step("taken back, after a question", async () => {
    await page.getByRole("link", { name: "Completions of a mission" }).click();
    await page.getByRole("button", { name: "Take back" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("cannot be undone");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await points(store, "ana")).toBe(100);
    await page.getByRole("button", { name: "Take back" }).click();
    await dialog.getByRole("button", { name: "Take back" }).click();
    await expect(page.getByText("150 points were taken back.")).toBeVisible();
    expect(await points(store, "ana")).toBe(0);
  });
});

// Opening balances; by the keyboard alone.
test("balances are brought along by the keyboard alone, days and money as they were understood", async ({ page }) => {
  const store = await makeStore(BARE);
  await customers(store, ["ana"]);
  await signIn(page, store, "imports/new");
  // Without a mission there is one kind that makes sense.
  await expect(page.getByRole("radio", { name: "Opening balances" })).toBeChecked();
  await expect(page.getByRole("radio", { name: "Completions of a mission" })).toBeDisabled();
  await tabTo(page, page.getByLabel("Choose a file"));
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  const text = "Customer ID,Points,Last day,Spent\nana,120,2031-05-31,1234.50\nbob,many,,\n";
  await (await chooser).setFiles({ name: "old.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.getByText("1 row is good. 1 row has something wrong")).toBeVisible();
  await expect(page.getByText("They bring along 120 points.")).toBeVisible();
  const first = page.getByRole("region", { name: "First rows" });
  await expect(first).toContainText("1,234.50");
  await expect(first).toContainText("2031");
  await tabTo(page, page.getByRole("button", { name: "Send and check" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 row would count. It would give 120 points.").or(page.getByText("They would give 120 points."))).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Count 1 row" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("120 points were given.")).toBeVisible();
  expect(await points(store, "ana")).toBe(120);
});

test("what is no spreadsheet is refused in the page, in words, and nothing is sent", async ({ page }) => {
  const store = await makeStore(BARE);
  await signIn(page, store, "imports/new");
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await give(page, "letter.pdf", "%PDF-1.7 and so on");
  await expect(page.getByRole("alert").getByText("This is a PDF")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send and check" })).toHaveCount(0);
  await page.getByRole("button", { name: "Another file" }).click();
  await give(page, "old.csv", "Email\nana@example.com\n");
  await expect(page.getByRole("alert").getByText("A column that is needed is missing.")).toBeVisible();
  await expect(page.getByRole("alert").getByText("points")).toBeVisible();
  await expectAccessible(page);
  expect(sent).toEqual([]);
});

test("the page stays alive while a long file is read, and its progress survives a reload", async ({ page }) => {
  test.setTimeout(240_000);
  test.skip(test.info().project.name === "phone", "once is enough");
  const store = await makeStore({ ...BARE, missions: [{ ...MISSION, limit_per_shopper: null }] });
  await signIn(page, store, "imports/new");
  const lines = Array.from({ length: 90_000 }, (_, i) => `c-${i % 500},r-${i}`);
  await give(page, "long.csv", `Customer ID,Reference\n${lines.join("\n")}\n`);
  await expect(page.getByRole("progressbar", { name: "The file is being read" })).toBeVisible();
  await expect(page.getByText("90,000 rows are good.")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Send and check" }).click();
  const bar = page.getByRole("progressbar", { name: "It is found out what each row would do" });
  await expect(bar).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  await page.reload();
  await expect(bar.or(page.getByText("90,000 rows would count."))).toBeVisible({ timeout: 30_000 });
});

test("rows that were more than the plan allows can be tried again", async ({ page }) => {
  test.skip(test.info().project.name === "phone", "once is enough");
  const store = await makeStore({ ...BARE, missions: [MISSION] });
  await customers(store, ["ana", "ion"]);
  const plan = (grants: number): Json => ({ name: "M", features: ["missions", "custom_missions", "imports"], quotas: { grants_per_month: grants } });
  await asOperator("PUT", `/v1/stores/${store.id}/plan`, plan(1));
  await signIn(page, store, "imports/new");
  await give(page, "evening.csv", "Customer ID,Reference\nana,r-1\nion,r-1\n");
  await page.getByRole("button", { name: "Send and check" }).click();
  await page.getByRole("button", { name: /^Count/ }).click();
  await expect(page.getByRole("button", { name: "Try 1 refused row again" })).toBeVisible();
  await asOperator("PUT", `/v1/stores/${store.id}/plan`, plan(10));
  await page.getByRole("button", { name: "Try 1 refused row again" }).click();
  await expect(page.getByText("2 rows have counted.")).toBeVisible();
  expect(await points(store, "ion")).toBe(50);
});
