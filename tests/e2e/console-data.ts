// A store of a test's own with shoppers, orders and missions, for the console's lists and reports.
import { randomUUID } from "node:crypto";
import { address, makeStore, signIn, type Store as Made } from "./console-kit.ts";
import { EDGE, expect, type Page } from "./kit.ts";

type Json = Record<string, unknown>;

/** A store, and its API as its own server calls it. */
export type Store = Made & { send: (method: string, path: string, body?: unknown) => Promise<any> };

const call = async (method: string, path: string, key: string, body?: unknown): Promise<any> => {
  const answer = await fetch(`${EDGE}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": randomUUID() },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
  return text ? JSON.parse(text) : null;
};

const PROGRAM: Json = {
  currency: "RON",
  timezone: "Europe/Bucharest",
  points: { value: { points: 1, minor: 100 } },
  earning: {
    award_statuses: ["delivered"],
    programs: [
      {
        id: "levels",
        rate: {
          type: "cashback",
          levels: [
            { name: "Bronze", spend_from: 0, bps: 300 },
            { name: "Silver", spend_from: 100_000, bps: 500 },
          ],
        },
      },
    ],
  },
  expiry: { type: "after_earning", months: 12 },
  redemption: { enabled: true, max_bps: 5000 },
  stamp_cards: [
    { id: "coffee", name: "Coffee card", orders_required: 8, reward: { type: "shipping", amount: 1500 } },
    { id: "first", name: "Welcome card", orders_required: 1, repeat: false, reward: { type: "shipping", amount: 900 } },
  ],
  missions: [
    { id: "review", kind: "custom", name: "Write a review", points: { type: "fixed", points: 50 }, limit_per_shopper: 3 },
  ],
  referrals: { enabled: true, inviter_points: 100, invitee_points: 50, review_days: 0 },
};

/** A store without anybody. */
export const emptyStore = async (page: Page): Promise<Store> => {
  const made = await makeStore(page.request, PROGRAM);
  return { ...made, send: (method, path, body) => call(method, path, made.key, body) };
};

const NAMES = ["Ștefan Ionescu", "María García", "João Silva", "Zoë Müller", "Émile Lefèvre", "Ioana Rusu"];

/** A store with Ana, who has some of everything, and some others. */
export const storeWithShoppers = async (page: Page, others = 8): Promise<Store> => {
  const store = await emptyStore(page);
  const placed = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const order = (id: string, customer: string, amount: number, days: number) =>
    store.send("PUT", `/v1/orders/${id}`, {
      id,
      customer: { id: customer },
      currency: "RON",
      placed_at: placed(days),
      status: "delivered",
      payment_method: "cash_on_delivery",
      lines: [{ id: "1", product_id: "sku", quantity: 1, unit_price: amount, tax_bps: 1900 }],
    });
  await store.send("PUT", "/v1/customers/ana", { name: "Ana Popescu", email: "ana@example.com" });
  await order("A-1", "ana", 80_000, 20);
  await order("A-2", "ana", 40_000, 3);
  await store.send("POST", "/v1/missions/review/completions", { customer_id: "ana", reference: "r-1" });
  await store.send("POST", "/v1/redemptions", {
    customer_id: "ana",
    points: 5,
    cart: { currency: "RON", lines: [{ id: "1", product_id: "x", quantity: 1, unit_price: 20_000, tax_bps: 1900 }] },
  });
  await Promise.all(
    Array.from({ length: others }, async (_, n) => {
      const id = `c-${100 + n}`;
      await store.send("PUT", `/v1/customers/${id}`, { name: NAMES[n % NAMES.length], email: `shopper${n}@example.com` });
      if (n % 2 === 0) await order(`o-${n}`, id, 10_000 + n * 1_000, n);
    }),
  );
  return store;
};

/** The console of a store, for its owner who signs in, or for somebody of its staff. */
export const enter = async (page: Page, store: Store, path: string, role = "owner"): Promise<void> => {
  let email = store.owner;
  if (role !== "owner") {
    email = address("dan");
    await store.send("POST", "/v1/team", { email, name: "Dan", role });
  }
  await signIn(page, store, email, path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
};
