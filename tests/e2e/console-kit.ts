// A store of a test's own, its API as its own server calls it, and somebody of its team who signs in to the console by
// the letter that they get.
import { randomUUID } from "node:crypto";
import type { APIRequestContext, Page } from "@playwright/test";
import { EDGE, expect } from "./kit.ts";

export const CONSOLE = `${EDGE}/console`;

/** What the API answers: the test says what it expects of it. */
export type Json = Record<string, any>;

/** Where a store is, and who may do everything in it. */
export type Place = {
  id: string;
  owner: string;
  /** The edge that it lives on, where that is another one than the tests' own. */
  edge?: string;
};

/** A store that a test has made. */
export type Store = Place & {
  key: string;
  /** What the shop signs its shoppers' tokens with. */
  secret: string;
  /** Calls the API with the store's key, and answers what it says; anything but a success fails the test. */
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Json>;
};

const edgeOf = ({ edge = EDGE }: Place): string => edge;

let made = 0;

/** An address that nobody else of this deployment has. */
export const address = (who: string): string => `${who}-${process.pid}-${Date.now()}-${made++}@team.example`;

const call = async (key: string, method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Json> => {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": randomUUID(), ...more };
  const answer = await fetch(`${EDGE}${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
  return text ? JSON.parse(text) : {};
};

/** A program in which nothing is earned yet; a point is worth a leu. */
export const BARE = {
  currency: "RON",
  timezone: "Europe/Bucharest",
  points: { value: { points: 1, minor: 100 } },
  earning: { award_statuses: ["delivered"], programs: [] },
  redemption: { enabled: true },
};

/** A program with a point for each 50 lei, and nothing else. */
export const PLAIN = {
  ...BARE,
  earning: { programs: [{ id: "base", name: "Base", rate: { type: "per_amount", every: 5000, points: 1 } }] },
  redemption: { enabled: true, max_bps: 2000 },
};

/** Makes a store with an owner, Ana Pop. Without a program it is as merchants get it. `more`: what else the store has. */
export const makeStore = async (program: unknown = PLAIN, more: Json = {}): Promise<Store> => {
  const owner = address("ana");
  const body = { name: "Lumo", locale: "en", shards: 1, program, owner: { email: owner, name: "Ana Pop" }, ...more };
  const { store_id: id, secret_key: key, identity_secret: secret } = await asOperator("POST", "/v1/stores", body);
  return { id, key, secret, owner, send: (...request) => call(key, ...request) };
};

/** What the operator does, as giving a store a plan. */
export const asOperator = (method: string, path: string, body: unknown): Promise<Json> =>
  call(process.env.E2E_OPERATOR_KEY ?? "", method, path, body);

/** The program in force. */
export const inForce = async (store: Store): Promise<Json> => (await store.send("GET", "/v1/program")).program;

/** Publishes a program as somebody else would, by the API. */
export const publish = async (store: Store, change: (program: Json) => void): Promise<void> => {
  const program = await inForce(store);
  change(program);
  await store.send("PUT", "/v1/program", program);
};

/** Letters of a store, as the page of sent mail lists them, newest first. */
export const letters = async (request: APIRequestContext, store: Place): Promise<string[]> => {
  const list = await (await request.get(`${edgeOf(store)}/mail`)).text();
  const name = store.id.replace("st_", "");
  return [...list.matchAll(/href="(\/mail\/[^"?]+)"/g)].map(([, path]) => path ?? "").filter((path) => path.endsWith(name));
};

/** The link of the letter that comes for an address after `ask`. */
export const linkAfter = async (request: APIRequestContext, store: Place, ask: () => Promise<unknown>): Promise<string> => {
  const before = new Set(await letters(request, store));
  await ask();
  let link: string | undefined;
  await expect
    .poll(async () => {
      for (const path of (await letters(request, store)).filter((path) => !before.has(path))) {
        const letter = await (await request.get(`${edgeOf(store)}${path}?part=html`)).text();
        link ??= letter.match(/href="([^"]+\/console\/sign-in#token=[a-z0-9_]+)"/)?.[1];
      }
      return link;
    }, { message: "a letter with a link comes" })
    .toBeTruthy();
  return link ?? "";
};

/** Signs somebody in, and opens a page of the console. */
export const signIn = async (page: Page, store: Place, path = "", email = store.owner): Promise<void> => {
  const edge = edgeOf(store);
  const link = await linkAfter(page.request, store, () => page.request.post(`${edge}/v1/sign_in`, { data: { email } }));
  await page.goto(link);
  await expect(page.getByRole("main")).toBeVisible();
  await expect(page).toHaveURL(`${edge}/console`);
  if (path) await page.goto(`${edge}/console/${path}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
};

/** Signs in somebody of the store's staff, whom this adds to its team. */
export const signInAsStaff = async (page: Page, store: Store, path = ""): Promise<void> => {
  const email = address("dan");
  await store.send("POST", "/v1/team", { email, name: "Dan", role: "staff" });
  await signIn(page, store, path, email);
};
