import type { FastifyInstance } from "fastify";
import { builtFile } from "./built-file";

/** What the checkout demo runs with. */
export interface CheckoutDemo {
  /** A seller's key. Everybody who opens the page can read it. */
  readonly credential: string;
  /** The provider's script for card forms. */
  readonly scriptUrl: string;
}

const files = {
  "": ["index.html", "text/html; charset=utf-8"],
  "/checkout.css": ["checkout.css", "text/css; charset=utf-8"],
  "/checkout.js": ["checkout.js", "text/javascript; charset=utf-8"],
} as const;

/** A shop's page at /checkout-demo, for frontend teams to try and to copy from. Never in production. */
export function addCheckoutDemo(app: FastifyInstance, demo: CheckoutDemo): void {
  const policy = policyFor(demo.scriptUrl);
  for (const [path, [name, type]] of Object.entries(files)) {
    app.get(`/checkout-demo${path}`, async (_request, reply) =>
      reply
        .type(type)
        .header("content-security-policy", policy)
        .send(await builtFile(`checkout/${name}`)),
    );
  }
  app.get("/checkout-demo/settings.json", (_request, reply) => reply.send(demo));
}

/**
 * Choice: which hosts a provider's own script talks to is not published in one place, so from the internet
 * it may use all of them. A stand-in on this machine uses its own.
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
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
