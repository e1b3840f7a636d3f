import type { FastifyInstance } from "fastify";
import { builtFile } from "./built-file";
import { firstDocument } from "./first-document";
import { htmlPage, jsonInHtml } from "./html-page";

/** All that the page loads, made by the build. Nothing comes from elsewhere: it works without internet. */
const files = {
  "graphiql.css": "text/css; charset=utf-8",
  "graphiql.js": "text/javascript; charset=utf-8",
} as const;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // The editor sets styles on its elements.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  // 'self' includes the WebSocket of the same host.
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** GraphiQL at /graphiql: queries over HTTP, subscriptions over WebSocket, from this server alone. */
export function addGraphiql(app: FastifyInstance, credential: string | undefined): void {
  app.get("/graphiql", (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", policy)
      .send(page(credential)),
  );
  for (const [name, type] of Object.entries(files)) {
    let content: Promise<Buffer> | undefined;
    app.get(`/graphiql/${name}`, async (_request, reply) => {
      content ??= builtFile(`graphiql/${name}`);
      return reply
        .type(type)
        .header("cache-control", "public, max-age=3600")
        .send(await content);
    });
  }
}

function page(credential: string | undefined): string {
  const { query, headers } = firstDocument(credential);
  const start = { query, headers: JSON.stringify(headers, null, 2) };
  return htmlPage(
    "GraphiQL",
    `<div id="graphiql" style="height: 100vh"></div>
    <script type="application/json" id="start">${jsonInHtml(start)}</script>
    <script type="module" src="/graphiql/graphiql.js"></script>`,
    `<link rel="stylesheet" href="/graphiql/graphiql.css" />
    <style>body { margin: 0; }</style>`,
  );
}
