import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Chromium, where there is one: CHROMIUM_PATH, or where Debian puts it. */
const path = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (candidate) => candidate !== undefined && existsSync(candidate),
);

/** Declares a suite that needs a browser; says aloud that it is left out, which CI must not do. */
export function describeInBrowser(title: string, suite: () => void): void {
  if (path === undefined) {
    const message = `${title} was NOT tested: no Chromium found (apt-get install chromium)`;
    if (process.env.CI !== undefined) throw new Error(message);
    console.warn(message);
  }
  (path === undefined ? describe.skip : describe)(title, suite);
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(path !== undefined && { executablePath: path }),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
