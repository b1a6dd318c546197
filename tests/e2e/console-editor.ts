// A store of its own for each test of the program's editor, and the way into its console.
import { randomUUID } from "node:crypto";
import { EDGE, expect, type Page } from "./kit.ts";

/** A store that was just made. */
export type Store = { store_id: string; secret_key: string; email: string };

const operator = { authorization: `Bearer ${process.env.E2E_OPERATOR_KEY}` };

/** A program with a point for each 50 lei, and nothing else; a point is worth a leu. */
export const PLAIN = {
  currency: "RON",
  timezone: "Europe/Bucharest",
  points: { value: { points: 1, minor: 100 } },
  earning: {
    programs: [{ id: "base", name: "Base", rate: { type: "per_amount", every: 5000, points: 1 } }],
  },
  redemption: { enabled: true, max_bps: 2000 },
};

/** Makes a store with a program, and perhaps a plan. */
export const newStore = async (page: Page, program: unknown = PLAIN, plan?: unknown): Promise<Store> => {
  const email = `${randomUUID()}@shop.example`;
  const answer = await page.request.post(`${EDGE}/v1/stores`, {
    headers: { ...operator, "idempotency-key": randomUUID() },
    data: { name: "Atelier Lumo", locale: "en", program, ...(plan ? { plan } : {}) },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return { ...(await answer.json()), email };
};

/** The program in force, as the API tells it. */
export const inForce = async (page: Page, store: Store) => {
  const answer = await page.request.get(`${EDGE}/v1/program`, {
    headers: { authorization: `Bearer ${store.secret_key}` },
  });
  expect(answer.status()).toBe(200);
  return await answer.json();
};

/** Publishes a program as somebody else would, by the API. */
export const publishAs = async (page: Page, store: Store, change: (program: any) => void) => {
  const { program } = await inForce(page, store);
  change(program);
  const answer = await page.request.put(`${EDGE}/v1/program`, {
    headers: { authorization: `Bearer ${store.secret_key}` },
    data: program,
  });
  expect(answer.status(), await answer.text()).toBe(200);
};

/** Opens a page of the store's console, signed in as its owner. */
export const enter = async (page: Page, store: Store, path: string) => {
  const session = {
    store_id: store.store_id,
    store_name: "Atelier Lumo",
    locale: "en",
    member: { id: "mb_x", email: store.email, name: "Ana Pop", role: "owner" },
    scopes: ["orders", "customers", "erase", "program", "settings", "keys"],
  };
  await page.route(`${EDGE}/v1/**`, (route) => {
    const url = new URL(route.request().url());
    if (url.pathname === "/v1/session") return route.fulfill({ json: session });
    const headers = { ...route.request().headers(), authorization: `Bearer ${store.secret_key}` };
    return route.continue({ headers });
  });
  await page.goto(`${EDGE}/console/${path}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Publish" })).toBeVisible();
};
