// The whole story in a real browser, against the demo shop and the real edge in workerd.
//
// `cargo xtask test` runs this with everything set. By hand, from this directory: `npx playwright test`; then the
// servers are started by `cargo xtask serve`, and the browser is the one in CHROME, or Playwright's own.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

// Playwright reads this file again in each worker, which must find the same server as the first one.
process.env.E2E_PORT ??= "8797";
process.env.E2E_DATA ??= mkdtempSync(join(tmpdir(), "fidela-e2e-"));
process.env.E2E_OPERATOR_KEY ??= "e2e-operator";
const port = Number(process.env.E2E_PORT);
process.env.FIDELA_URL = `http://127.0.0.1:${port}`;
const shop = `http://127.0.0.1:${port + 1}`;
const xtask = process.env.FIDELA_XTASK ?? "cargo xtask";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../../test-results",
  forbidOnly: Boolean(process.env.FIDELA_XTASK),
  // A test that passes only the second time has found something.
  retries: 0,
  workers: 2,
  // For a machine that is busy; nothing waits for it.
  timeout: 90_000,
  expect: { timeout: 5_000 },
  reporter: "list",
  use: {
    baseURL: shop,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    colorScheme: process.env.E2E_LOOK === "dark" ? "dark" : "light",
    launchOptions: {
      executablePath: process.env.CHROME || undefined,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // What depends on the room there is runs in both; words and limits do not.
  projects: [
    { name: "phone", testIgnore: /(limits|policy)\.spec/, use: { viewport: { width: 360, height: 740 }, hasTouch: true } },
    { name: "desktop", testIgnore: /locales\.spec/, use: { viewport: { width: 1280, height: 800 } } },
  ],
  webServer: {
    command: `${xtask} serve --port ${port} --data ${process.env.E2E_DATA} --operator-key ${process.env.E2E_OPERATOR_KEY}`,
    cwd: "../..",
    url: shop,
    timeout: 300_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
    // One line a request is for whoever runs the server, not for this report; what goes wrong comes on the other one.
    stdout: "ignore",
  },
});
