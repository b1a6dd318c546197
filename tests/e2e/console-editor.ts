// A store of its own for each test of the program's editor, and the way into its console.
import { randomUUID } from "node:crypto";
import { address, signIn, type Store } from "./console-kit.ts";
import { EDGE, expect, type Page } from "./kit.ts";

export type { Store };

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
  const owner = address("ana");
  const answer = await page.request.post(`${EDGE}/v1/stores`, {
    headers: { authorization: `Bearer ${process.env.E2E_OPERATOR_KEY}`, "idempotency-key": randomUUID() },
    data: {
      name: "Atelier Lumo",
      locale: "en",
      shards: 1,
      program,
      owner: { email: owner, name: "Ana Pop" },
      ...(plan ? { plan } : {}),
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { store_id, secret_key } = await answer.json();
  return { id: store_id, key: secret_key, owner };
};

/** The program in force, as the API tells it. */
export const inForce = async (page: Page, store: Store) => {
  const answer = await page.request.get(`${EDGE}/v1/program`, { headers: { authorization: `Bearer ${store.key}` } });
  expect(answer.status()).toBe(200);
  return await answer.json();
};

/** Publishes a program as somebody else would, by the API. */
export const publishAs = async (page: Page, store: Store, change: (program: any) => void) => {
  const { program } = await inForce(page, store);
  change(program);
  const answer = await page.request.put(`${EDGE}/v1/program`, {
    headers: { authorization: `Bearer ${store.key}` },
    data: program,
  });
  expect(answer.status(), await answer.text()).toBe(200);
};

/** Opens a page of the store's console, signed in as its owner. */
export const enter = async (page: Page, store: Store, path: string) => {
  await signIn(page, store, store.owner, path);
  await expect(page.getByRole("button", { name: "Publish" })).toBeVisible();
};
