import type { FastifyInstance } from "fastify";
import { type ErrorCode, Refusal } from "../../domain/errors";
import { addressKey } from "../../domain/ip-address";
import type { ServerContext, ServerDependencies } from "../dependencies";
import { sendErrors } from "../http/http";
import type { RateLimits } from "../http/rate-limits";
import { type ConnectionText, connectionTexts, type PageLanguage } from "./connection-texts";

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Longer ones are nobody's state or code. */
const longest = 512;

/**
 * Where sellers come back to from a provider's page: a plain page that says what became of it. It repeats
 * nothing of the address, loads nothing, and leads nowhere.
 */
export function addConnections<TContext extends ServerContext>(
  app: FastifyInstance,
  { completeConnection, logger, metrics }: ServerDependencies<TContext>,
  rateLimits: RateLimits,
): void {
  if (completeConnection === undefined) return;
  // No HEAD: whoever only looks must not use the state up.
  app.get<{ Params: { source: string } }>(
    "/oauth/:source/callback",
    { exposeHeadRoute: false },
    async (request, reply) => {
      const seconds = await rateLimits.addresses.take(addressKey(request.address));
      if (seconds !== undefined) {
        metrics.rateLimited.inc({ layer: "address" });
        reply.header("retry-after", seconds);
        return sendErrors(reply, 429, "RATE_LIMITED", "Too many requests.");
      }
      const language = languageOf(request.headers["accept-language"]);
      const send = (status: number, text: keyof ConnectionText) =>
        reply
          .code(status)
          .type("text/html; charset=utf-8")
          .header("content-security-policy", policy)
          .send(page(language, text));
      try {
        const query = request.query as Record<string, unknown>;
        const [state, code, error] = [query.state, query.code, query.error].map(readOnce);
        // Neither a code nor an error: somebody opened the address by hand.
        if (state === undefined || (code === undefined) === (error === undefined)) {
          return send(400, "invalid");
        }
        await completeConnection(request.params.source, {
          state,
          ...(code === undefined ? {} : { code }),
        });
        return send(200, "connected");
      } catch (fault) {
        if (fault instanceof Refusal) {
          logger.info({ requestId: request.id, code: fault.code }, "a seller was not connected");
          return send(400, textOfRefusal[fault.code] ?? "failed");
        }
        logger.error({ requestId: request.id, err: fault }, "a seller could not be connected");
        return send(500, "failed");
      }
    },
  );
}

const textOfRefusal: Partial<Record<ErrorCode, keyof ConnectionText>> = {
  CONNECTION_STATE_INVALID: "invalid",
  CONNECTION_STATE_USED: "used",
  CONNECTION_STATE_EXPIRED: "expired",
  CONNECTION_DENIED: "denied",
  CONNECTION_ACCOUNT_TAKEN: "taken",
  CONNECTION_ACCOUNT_UNSUITABLE: "unsuitable",
};

/** A value that was given once; of two, nobody could say which one is meant. */
function readOnce(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= longest ? value : undefined;
}

/** The first language that we speak, in the browser's own order. */
function languageOf(accepted: string | undefined): PageLanguage {
  const wanted = (accepted ?? "").slice(0, 200).toLowerCase().split(",");
  const spoken = wanted.map((range) => range.trim().slice(0, 2)).find(isPageLanguage);
  return spoken ?? "en";
}

function isPageLanguage(text: string): text is PageLanguage {
  return Object.hasOwn(connectionTexts, text);
}

function page(language: PageLanguage, key: keyof ConnectionText): string {
  const [title, text] = connectionTexts[language][key];
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem }</style>
  </head>
  <body>
    <h1>${title}</h1>
    <p>${text}</p>
  </body>
</html>
`;
}
