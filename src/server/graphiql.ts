import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { firstDocument } from "./first-document";
import { graphiqlScript } from "./graphiql-script";

/** All that the page loads, by the name it has here. Nothing comes from elsewhere: it works without internet. */
const files = {
  "graphiql.css": ["graphiql", "graphiql.min.css", "text/css; charset=utf-8"],
  "graphiql.js": ["graphiql", "graphiql.min.js", "text/javascript; charset=utf-8"],
  "react.js": ["react", "umd/react.production.min.js", "text/javascript; charset=utf-8"],
  "react-dom.js": [
    "react-dom",
    "umd/react-dom.production.min.js",
    "text/javascript; charset=utf-8",
  ],
  "graphql-ws.js": ["graphql-ws", "umd/graphql-ws.min.js", "text/javascript; charset=utf-8"],
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
  app.get("/graphiql/app.js", (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(graphiqlScript),
  );
  for (const [name, [library, path, type]] of Object.entries(files)) {
    let content: Promise<Buffer> | undefined;
    app.get(`/graphiql/${name}`, async (_request, reply) => {
      content ??= readFile(join(folderOf(library), path));
      return reply
        .type(type)
        .header("cache-control", "public, max-age=3600")
        .send(await content);
    });
  }
}

function folderOf(library: string): string {
  return dirname(createRequire(__filename).resolve(`${library}/package.json`));
}

function page(credential: string | undefined): string {
  const headers =
    credential === undefined
      ? { authorization: "Bearer …" }
      : { authorization: `Bearer ${credential}` };
  const start = { query: firstDocument, headers: JSON.stringify(headers, null, 2) };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>GraphiQL</title>
    <link rel="stylesheet" href="/graphiql/graphiql.css" />
    <link rel="icon" href="data:," />
  </head>
  <body style="margin: 0">
    <div id="graphiql" style="height: 100vh"></div>
    <script type="application/json" id="start">${JSON.stringify(start).replaceAll("<", "\\u003c")}</script>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphql-ws.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/app.js"></script>
  </body>
</html>
`;
}
