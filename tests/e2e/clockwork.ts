// An edge of a test's own, whose clock can be told: what is due in two weeks is due now.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "./kit.ts";

export type Json = Record<string, unknown>;
/** An edge whose clock can be told. */
export type Clockwork = { url: string; send: (method: string, path: string, key: string, data: Json, at?: Date) => Promise<Json> };

export const DAY_MS = 24 * 60 * 60 * 1000;
export const OPERATOR_KEY = "clockwork";

/** A port that nobody listens on. */
const freePort = async (): Promise<number> => {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
};

export const test = base.extend<object, { clockwork: Clockwork }>({
  clockwork: [
    async ({}, use) => {
      const port = await freePort();
      const data = mkdtempSync(join(tmpdir(), "fidela-clockwork-"));
      const [command = "", ...words] = (process.env.FIDELA_XTASK ?? "cargo xtask").split(" ");
      const args = ["serve", "--test-clock", "--no-shop", "--port", `${port}`, "--data", data];
      const served = spawn(command, [...words, ...args, "--operator-key", OPERATOR_KEY], {
        cwd: "../..",
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise<number | null>((end) => served.once("close", end));
      const ready = new Promise<boolean>((is) => {
        let told = "";
        served.stdout.on("data", (text: Buffer) => {
          told += text.toString();
          if (/^ready$/m.test(told)) is(true);
        });
      });
      expect(await Promise.race([ready, ended]), "the server starts").toBe(true);
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
      served.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true });
    },
    { scope: "worker", timeout: 300_000 },
  ],
});
