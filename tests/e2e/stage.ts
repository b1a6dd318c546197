// A stage of a test's own: an edge with the demo shop before it, whose program nobody else changes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test as base } from "./kit.ts";
import { serve } from "./served.ts";

/** An edge, the demo shop, its store, and the store's key. */
export type Stage = { edge: string; shop: string; store: string; key: string };

export const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({}, use) => {
      await serve(["--operator-key", "stage"], async ({ port, data }) => {
        const made = JSON.parse(readFileSync(join(data, "demo-store.json"), "utf8")) as Record<string, string>;
        const { store_id: store = "", secret_key: key = "" } = made;
        await use({ edge: `http://127.0.0.1:${port}`, shop: `http://127.0.0.1:${port + 1}`, store, key });
      });
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ stage }, use) => use(stage.shop),
});
