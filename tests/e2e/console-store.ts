// A store of a test's own, for the console's pages.
import { randomUUID } from "node:crypto";
import { address, signIn } from "./console-kit.ts";
import { EDGE, expect, type Page } from "./kit.ts";

export type Json = Record<string, unknown>;

/** A store, and its API as its own server calls it. */
export type Store = {
  id: string;
  key: string;
  secret: string;
  /** The address of somebody who may do everything. */
  owner: string;
  send: (method: string, path: string, body?: unknown) => Promise<Json>;
};

/** A program that every store here begins with. */
export const PROGRAM: Json = {
  enabled: true,
  currency: "RON",
  timezone: "Europe/Bucharest",
  points: { value: { points: 1, minor: 100 }, display: "points" },
  earning: { award_statuses: ["delivered"], programs: [] },
  redemption: { enabled: true },
};

const OPERATOR_KEY = process.env.E2E_OPERATOR_KEY ?? "e2e-operator";

const call = async (method: string, path: string, key: string, body?: unknown): Promise<Json> => {
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
  };
  const answer = await fetch(`${EDGE}${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
  return text ? (JSON.parse(text) as Json) : {};
};

export const makeStore = async (name: string, program: Json = {}, more: Json = {}): Promise<Store> => {
  const owner = address("ana");
  const made = await call("POST", "/v1/stores", OPERATOR_KEY, {
    name,
    owner: { email: owner, name: "Ana Pop" },
    locale: "en",
    origins: ["https://shop.example"],
    program: { ...PROGRAM, ...program },
    ...more,
  });
  const key = String(made.secret_key);
  return {
    id: String(made.store_id),
    key,
    secret: String(made.identity_secret),
    owner,
    send: (method, path, body) => call(method, path, key, body),
  };
};

/** The operator's say, as for a store's plan. */
export const asOperator = (method: string, path: string, body: unknown): Promise<Json> => call(method, path, OPERATOR_KEY, body);

/** Signed in to the console of a store, by the link in a letter. */
export const enter = (page: Page, store: Store): Promise<void> => signIn(page, store);
