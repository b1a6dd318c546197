// A stage of a test's own: an edge with the demo shop before it, whose program nobody else changes.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "./kit.ts";

/** An edge, the demo shop, its store, and the store's key. */
export type Stage = { edge: string; shop: string; store: string; key: string };

/** Whether nobody listens on a port. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((is) => {
    const server: Server = createServer();
    server.once("error", () => is(false));
    server.listen(port, "127.0.0.1", () => server.close(() => is(true)));
  });

/** A port such that the next one, the shop's, is free as well. */
const freePair = async (): Promise<number> => {
  for (;;) {
    const server: Server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    if (port < 65_535 && (await isFree(port)) && (await isFree(port + 1))) return port;
  }
};

export const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({}, use) => {
      const port = await freePair();
      const data = mkdtempSync(join(tmpdir(), "fidela-stage-"));
      const [command = "", ...words] = (process.env.FIDELA_XTASK ?? "cargo xtask").split(" ");
      const args = ["serve", "--port", `${port}`, "--data", data, "--operator-key", "stage"];
      const served = spawn(command, [...words, ...args], { cwd: "../..", stdio: ["ignore", "pipe", "inherit"] });
      const ended = new Promise<number | null>((end) => served.once("close", end));
      const ready = new Promise<boolean>((is) => {
        let told = "";
        served.stdout.on("data", (text: Buffer) => {
          told += text.toString();
          if (/^ready$/m.test(told)) is(true);
        });
      });
      expect(await Promise.race([ready, ended]), "the servers start").toBe(true);
      const made = JSON.parse(readFileSync(join(data, "demo-store.json"), "utf8")) as Record<string, string>;
      const { store_id: store = "", secret_key: key = "" } = made;
      await use({ edge: `http://127.0.0.1:${port}`, shop: `http://127.0.0.1:${port + 1}`, store, key });
      served.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true });
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ stage }, use) => use(stage.shop),
});
