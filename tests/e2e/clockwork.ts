// An edge of a test's own, whose clock can be told: what is due in two weeks is due now.
import { randomUUID } from "node:crypto";
import { expect, test as base } from "./kit.ts";
import { serve } from "./served.ts";

export type Json = Record<string, unknown>;
/** An edge whose clock can be told. */
export type Clockwork = { url: string; send: (method: string, path: string, key: string, data: Json, at?: Date) => Promise<Json> };

export const DAY_MS = 24 * 60 * 60 * 1000;
export const OPERATOR_KEY = "clockwork";

export const test = base.extend<object, { clockwork: Clockwork }>({
  clockwork: [
    async ({}, use) => {
      await serve(["--test-clock", "--no-shop", "--operator-key", OPERATOR_KEY], async ({ port }) => {
        const url = `http://127.0.0.1:${port}`;
        const send: Clockwork["send"] = async (method, path, key, data, at) => {
          const headers: Record<string, string> = {
            authorization: `Bearer ${key}`,
            "content-type": "application/json",
            "idempotency-key": randomUUID(),
          };
          if (at) headers["fidela-test-clock"] = at.toISOString();
          const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(data) });
          const text = await answer.text();
          expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
          return JSON.parse(text) as Json;
        };
        await use({ url, send });
      });
    },
    { scope: "worker", timeout: 300_000 },
  ],
});
