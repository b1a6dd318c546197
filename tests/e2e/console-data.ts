// A store of a test's own with shoppers, orders and missions, for the console's lists and reports.
import { randomUUID } from "node:crypto";
import { EDGE, expect, type Page } from "./kit.ts";

type Json = Record<string, unknown>;

/** A store, and its API as its own server calls it. */
export type Store = { id: string; key: string; send: (method: string, path: string, body?: unknown) => Promise<any> };

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
export const emptyStore = async (): Promise<Store> => {
  const made = await call("POST", "/v1/stores", process.env.E2E_OPERATOR_KEY ?? "", {
    name: "Casa Verde",
    locale: "en",
    shards: 16,
    program: PROGRAM,
  });
  const key = String(made.secret_key);
  return { id: String(made.store_id), key, send: (method, path, body) => call(method, path, key, body) };
};

const NAMES = ["Ștefan Ionescu", "María García", "João Silva", "Zoë Müller", "Émile Lefèvre", "Ioana Rusu"];

/** A store with Ana, who has some of everything, and some others. */
export const storeWithShoppers = async (others = 8): Promise<Store> => {
  const store = await emptyStore();
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

/** The console of a store, as its owner sees it who has signed in. */
export const enter = async (page: Page, store: Store, path: string, role = "owner"): Promise<void> => {
  const scopes = ["orders", "customers", "program", "settings", ...(role === "owner" ? ["erase", "keys"] : [])];
  await page.route(`${EDGE}/v1/**`, async (route) => {
    if (new URL(route.request().url()).pathname === "/v1/session") {
      const member = { id: "mb_1", email: "owner@shop.example", name: "Ana Owner", role };
      const json = { store_id: store.id, store_name: "Casa Verde", locale: "en", member, scopes, expires_at: "2100-01-01T00:00:00Z" };
      await route.fulfill({ json });
    } else {
      await route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${store.key}` } });
    }
  });
  await page.goto(`${EDGE}/console/${path}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
};
