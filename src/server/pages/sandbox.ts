import type { FastifyInstance } from "fastify";
import { firstDocument } from "./first-document";
import { htmlPage, jsonInHtml } from "./html-page";

/**
 * Apollo Sandbox at /sandbox, embedded as Apollo documents it. The page runs requests itself, on behalf of a frame
 * of Apollo's: they have our own origin. Subscriptions send the headers as the payload of `connection_init`.
 */
export function addSandbox(app: FastifyInstance, credential: string | undefined): void {
  const { query, headers } = firstDocument(credential);
  const settings = {
    target: "#sandbox",
    endpointIsEditable: false,
    runTelemetry: false,
    initialState: {
      document: query,
      headers,
      // Shared headers are the ones that the schema is read with. Reading it every second would count
      // against the visitor's rate limit.
      sharedHeaders: headers,
      pollForSchemaUpdates: false,
      includeCookies: false,
    },
  };
  const html = htmlPage(
    "Apollo Sandbox",
    `<style>
      iframe { border: none; width: 100%; height: 100%; }
      #sandbox { position: absolute; inset: 0; }
    </style>
    <p>Apollo Sandbox comes from Apollo, and cannot be reached. <a href="/graphiql">GraphiQL</a> works without internet.</p>
    <div id="sandbox"></div>
    <script type="application/json" id="settings">${jsonInHtml(settings)}</script>
    <script src="https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js"></script>
    <script>
      if (window.EmbeddedSandbox !== undefined) {
        new window.EmbeddedSandbox({
          ...JSON.parse(document.getElementById("settings").textContent),
          initialEndpoint: new URL("/graphql", location.href).href,
        });
      }
    </script>`,
  );
  app.get("/sandbox", (_request, reply) => reply.type("text/html; charset=utf-8").send(html));
}
