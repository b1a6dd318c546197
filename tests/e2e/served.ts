// Servers of a test's own: `cargo xtask serve` on a port and in a directory that nobody else has.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "./kit.ts";

/** The edge's port (the demo shop has the next one), and the directory of its data. */
export type Served = { port: number; data: string };

/** Listens on a port, 0 being any, and answers which one it was; nothing, if somebody else does. */
const tried = (port: number): Promise<number | undefined> =>
  new Promise((is) => {
    const server: Server = createServer();
    server.once("error", () => is(undefined));
    server.listen(port, "127.0.0.1", () => {
      const got = (server.address() as AddressInfo).port;
      server.close(() => is(got));
    });
  });

/** A port such that nobody listens on it nor on the next one. */
const freePair = async (): Promise<number> => {
  for (;;) {
    const port = await tried(0);
    if (port && port < 65_535 && (await tried(port + 1))) return port;
  }
};

/** Serves while `use` runs, and leaves nothing behind. `args`: what `cargo xtask serve` is told besides. */
export const serve = async (args: string[], use: (served: Served) => Promise<void>): Promise<void> => {
  const port = await freePair();
  const data = mkdtempSync(join(tmpdir(), "fidela-served-"));
  const [command = "", ...words] = (process.env.FIDELA_XTASK ?? "cargo xtask").split(" ");
  const served = spawn(command, [...words, "serve", "--port", `${port}`, "--data", data, ...args], {
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
  expect(await Promise.race([ready, ended]), "the servers start").toBe(true);
  await use({ port, data });
  served.kill("SIGTERM");
  await ended;
  rmSync(data, { recursive: true });
};
