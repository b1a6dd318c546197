// A store of a test's own, and somebody of its team who signs in to the console by the letter that they get.
import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";
import { EDGE, expect } from "./kit.ts";

export const CONSOLE = `${EDGE}/console`;

/** A store, with its owner. */
export type Store = {
  id: string;
  key: string;
  owner: string;
  /** The edge that it lives on, where that is another one than the tests' own. */
  edge?: string;
};

const edgeOf = ({ edge = EDGE }: Store): string => edge;

let made = 0;

/** An address that nobody else of this deployment has. */
export const address = (who: string): string => `${who}-${process.pid}-${Date.now()}-${made++}@team.example`;

const PROGRAM = {
  currency: "RON",
  timezone: "Europe/Bucharest",
  points: { value: { points: 1, minor: 10 } },
  earning: { award_statuses: ["delivered"], programs: [{ id: "base", name: "Points", rate: { type: "per_amount", every: 1000, points: 1 } }] },
};

/** Makes a store with an owner. */
export const makeStore = async (request: APIRequestContext, program: unknown = PROGRAM): Promise<Store> => {
  const owner = address("ana");
  const answer = await request.post(`${EDGE}/v1/stores`, {
    headers: {
      authorization: `Bearer ${process.env.E2E_OPERATOR_KEY}`,
      "idempotency-key": `console-${process.pid}-${Date.now()}-${made++}`,
    },
    data: { name: "Cafe Alba", locale: "en", shards: 1, program, owner: { email: owner, name: "Ana Pop" } },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { store_id, secret_key } = (await answer.json()) as { store_id: string; secret_key: string };
  return { id: store_id, key: secret_key, owner };
};

/** A request of the shop's server. */
export const asShop = (request: APIRequestContext, store: Store, method: string, path: string, data?: unknown) =>
  request.fetch(`${edgeOf(store)}${path}`, {
    method,
    headers: { authorization: `Bearer ${store.key}`, "idempotency-key": `shop-${Date.now()}-${made++}` },
    data,
  });

/** Letters of a store, as the page of sent mail lists them, newest first. */
export const letters = async (request: APIRequestContext, store: Store): Promise<string[]> => {
  const list = await (await request.get(`${edgeOf(store)}/mail`)).text();
  const name = store.id.replace("st_", "");
  return [...list.matchAll(/href="(\/mail\/[^"?]+)"/g)].map(([, path]) => path ?? "").filter((path) => path.endsWith(name));
};

/** The link of the letter that comes for an address after `ask`. */
export const linkAfter = async (request: APIRequestContext, store: Store, ask: () => Promise<unknown>): Promise<string> => {
  const before = new Set(await letters(request, store));
  await ask();
  let fresh: string | undefined;
  await expect
    .poll(async () => {
      fresh = (await letters(request, store)).find((path) => !before.has(path));
      return fresh;
    }, { message: "a letter with a link comes" })
    .toBeTruthy();
  const letter = await (await request.get(`${edgeOf(store)}${fresh}?part=html`)).text();
  const link = letter.match(/href="([^"]+\/console\/sign-in#token=[a-z0-9_]+)"/)?.[1];
  expect(link, "the letter has a link").toBeTruthy();
  return link ?? "";
};

/** Signs somebody in and arrives at an address of the console. */
export const signIn = async (page: Page, store: Store, email = store.owner, path = ""): Promise<void> => {
  const edge = edgeOf(store);
  const link = await linkAfter(page.request, store, () => page.request.post(`${edge}/v1/sign_in`, { data: { email } }));
  await page.goto(link);
  await expect(page.getByRole("main")).toBeVisible();
  await expect(page).toHaveURL(`${edge}/console`);
  if (path) await page.goto(`${edge}/console/${path}`);
};

/** Nothing that axe knows of is wrong with the page. */
export const accessible = async (page: Page): Promise<void> => {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
};
