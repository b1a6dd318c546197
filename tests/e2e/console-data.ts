// A store of a test's own with shoppers, orders and missions, for the console's lists and reports.
import { inForce, makeStore, type Json, type Store } from "./console-kit.ts";
import { EDGE, expect, signed } from "./kit.ts";

/** A program with some of everything. */
export const SHOP = {
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

const NAMES = ["Ștefan Ionescu", "María García", "João Silva", "Zoë Müller", "Émile Lefèvre", "Ioana Rusu"];

/** A store with Ana, who has some of everything, and some others. */
export const storeWithShoppers = async (others = 8, program: Json = SHOP, more: Json = {}): Promise<Store> => {
  const store = await makeStore(program, more);
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

/** A friend who came by the link of somebody, and has ordered. */
export const invited = async (store: Store, inviter: string, friend: string): Promise<void> => {
  const token = signed({ sub: inviter, aud: store.id }, store.secret);
  const mine = await fetch(`${EDGE}/v1/me/invitations`, { headers: { authorization: `Bearer ${token}` } });
  const { code } = (await mine.json()) as { code: string };
  await store.send("PUT", `/v1/customers/${friend}`, { name: `${friend} Marin`, email: `${friend}@example.com`, referral_code: code });
  const line = { id: "1", product_id: "p", quantity: 1, unit_price: 10_000 };
  const order = { id: `o-${friend}`, customer: { id: friend }, currency: "RON", placed_at: new Date().toISOString(), lines: [line], status: "delivered" };
  await store.send("PUT", `/v1/orders/o-${friend}`, order);
};

/** A spreadsheet of completions that is waiting for somebody's word; answers the import's id. */
export const imported = async (store: Store, rows: string[]): Promise<string> => {
  const answer = await fetch(`${EDGE}/v1/imports?kind=completions&mission=review&name=evening.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${store.key}`, "content-type": "text/csv", "idempotency-key": `import-${store.id}` },
    body: rows.join("\n"),
  });
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as { id: string };
  await expect.poll(async () => (await store.send("GET", `/v1/imports/${id}`)).status).toBe("ready");
  return id;
};

/** A store where everything has happened that the console can show; answers the addresses of its pages. */
export const storeWithEverything = async (): Promise<{ store: Store; pages: string[] }> => {
  const store = await storeWithShoppers(24, { ...SHOP, referrals: { ...SHOP.referrals, review_days: 14 } }, { origins: ["https://shop.example"] });
  for (const friend of ["bob", "eva", "leo"]) await invited(store, "ana", friend);
  await store.send("POST", "/v1/team", { email: `dan@${store.id.replaceAll("_", "-")}.example`, name: "Dan Ionescu", role: "staff" });
  // Nobody listens there, so what is sent waits.
  const { id: endpoint } = await store.send("POST", "/v1/webhook_endpoints", { url: "http://127.0.0.1:9/hook", description: "Accounting" });
  await store.send("POST", "/v1/customers/ana/adjustments", { points: 25, reason: "A present" });
  const ready = await imported(store, ["Customer ID,Reference", "ana,r-2", "bob,r-3", "nobody,r-4"]);
  await store.send("PUT", "/v1/program", { ...(await inForce(store)), redemption: { enabled: true, max_bps: 4000 } });
  return {
    store,
    pages: [
      "",
      "start",
      ...["", "/ana"].map((rest) => `shoppers${rest}`),
      ...["", "/earning", "/using", "/expiry", "/bonuses", "/stamp-cards", "/basics", "/history"].map((rest) => `program${rest}`),
      "missions",
      ...["settings", "email", "social", "pages", "review", "history", "letters"].map((rest) => `invitations/${rest}`),
      ...["", "/new", `/${ready}`].map((rest) => `imports${rest}`),
      ...["", "/activity", "/missions", "/referrals", "/levels"].map((rest) => `reports${rest}`),
      ...["", "/words"].map((rest) => `look${rest}`),
      ...["", "/team", "/keys", "/webhooks", `/webhooks/${endpoint}`, "/platforms", "/plan", "/record"].map((rest) => `settings${rest}`),
      "nowhere",
    ],
  };
};
