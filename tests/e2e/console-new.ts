// A store that was just made, with an owner: what the pages of the first hours are tried with.
import { makeStore, signIn, type Store } from "./console-kit.ts";
import { EDGE, expect, type Page } from "./kit.ts";

export type { Store };

/** Makes a store, with a program or without. */
export const newStore = (page: Page, program: unknown = null): Promise<Store> => makeStore(page.request, program);

/** The API, as the store's own server calls it. */
export const api = async (store: Store, method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<any> => {
  const headers = { authorization: `Bearer ${store.key}`, "content-type": "application/json", ...more };
  const answer = await fetch(`${EDGE}${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
  return text ? JSON.parse(text) : null;
};

/** Signs the owner in, and opens a page of the console. */
export const enter = (page: Page, store: Store, path: string): Promise<void> => signIn(page, store, store.owner, path);
