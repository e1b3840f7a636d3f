import type { FastifyInstance } from "fastify";
import { builtFile } from "./built-file";

/** What the checkout demo runs with. Everybody who opens its pages can read all of it. */
export interface CheckoutDemo {
  /** The provider's script for card forms. */
  readonly scriptUrl: string;
  /** The shops to choose from. */
  readonly shops: readonly DemoShop[];
  /** Who sells several sellers' things in one order; absent where there is no demo marketplace. */
  readonly marketplace?: DemoMarketplace;
}

interface DemoShop {
  readonly name: string;
  /** A seller's key: what the shop's backend would hold. */
  readonly sellerKey: string;
  /** What the page asks its look-ups with. */
  readonly publishableKey: string;
}

interface DemoMarketplace {
  readonly key: string;
  readonly sellers: readonly { readonly id: string; readonly name: string }[];
}

const html = "text/html; charset=utf-8";
const script = "text/javascript; charset=utf-8";
const files = {
  "": ["index.html", html],
  "/order": ["order.html", html],
  "/checkout.css": ["checkout.css", "text/css; charset=utf-8"],
  "/checkout.js": ["checkout.js", script],
  "/order.js": ["order.js", script],
} as const;

/** A shop's pages at /checkout-demo, for frontend teams to try and to copy from. Never in production. */
export function addCheckoutDemo(app: FastifyInstance, demo: CheckoutDemo): void {
  const policy = policyFor(demo.scriptUrl);
  const { marketplace, ...settings } = demo;
  for (const [path, [name, type]] of Object.entries(files)) {
    if (marketplace === undefined && path.startsWith("/order")) continue;
    app.get(`/checkout-demo${path}`, async (_request, reply) =>
      reply
        .type(type)
        .header("content-security-policy", policy)
        .send(await builtFile(`checkout/${name}`)),
    );
  }
  app.get("/checkout-demo/settings.json", (_request, reply) =>
    reply.send({ ...settings, hasOrderPage: marketplace !== undefined }),
  );
  if (marketplace === undefined) return;
  // Apart, so that the page of one seller holds that seller's keys alone.
  app.get("/checkout-demo/marketplace.json", (_request, reply) => reply.send(marketplace));
}

/**
 * Choice: which hosts a provider's own script talks to is not published in one place, and a card's challenge is at the
 * bank that issued it: from the internet they may be anywhere. A stand-in on this machine uses its own.
 */
function policyFor(scriptUrl: string): string {
  const { protocol, origin } = new URL(scriptUrl);
  const provider = protocol === "https:" ? "https:" : origin;
  return [
    "default-src 'none'",
    `script-src 'self' ${provider}`,
    "style-src 'self'",
    `img-src 'self' data: ${provider}`,
    // 'self' includes the WebSocket of the same host.
    `connect-src 'self' ${provider}`,
    `frame-src ${provider}`,
    "base-uri 'none'",
    // A challenge is opened by a form that is posted into its frame.
    `form-action ${provider}`,
    "frame-ancestors 'none'",
  ].join("; ");
}
