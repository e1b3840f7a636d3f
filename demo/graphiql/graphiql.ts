import "graphiql/graphiql.css";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

type Fetcher = Parameters<typeof GraphiQL>[0]["fetcher"];
type Request = Parameters<Fetcher>[0];
type Observer = { next(value: unknown): void; error(fault: unknown): void; complete(): void };

const endpoint = new URL("/graphql", location.href);
const socketUrl = new URL(endpoint);
socketUrl.protocol = location.protocol === "https:" ? "wss:" : "ws:";

/** What the server writes into the page. */
interface Start {
  readonly query: string;
  readonly headers: string;
}
const start: Start = JSON.parse(document.getElementById("start")?.textContent ?? "");

/** From the text: the editor's own parsing lags behind it. */
function isSubscription({ query, operationName }: Request): boolean {
  let text = query.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|#.*/g, "");
  for (let outer = ""; outer !== text; ) {
    outer = text;
    text = text.replace(/\{[^{}]*\}/g, " ");
  }
  return [...text.matchAll(/\bsubscription\b\s*(\w*)/g)].some(
    ([, name]) => !operationName || name === operationName,
  );
}

/**
 * A socket of its own for each subscription, with the headers that stand in the editor at that moment: pages cannot
 * send headers with a WebSocket, so they go into its first message. An observable, because one can be stopped while it
 * waits for its next event.
 */
function subscribe({ query, operationName, variables }: Request, headers: Record<string, unknown>) {
  return {
    subscribe(observer: Observer) {
      const client = createClient({
        url: socketUrl.href,
        connectionParams: headers,
        retryAttempts: 0,
      });
      client.subscribe(
        { query, operationName, variables },
        {
          next: (result) => observer.next(result),
          complete: () => observer.complete(),
          error: (fault) => observer.error(reasonOf(fault)),
        },
      );
      return { unsubscribe: () => client.dispose() };
    },
  };
}

/** Either GraphQL errors, or the socket's closing with its reason. */
function reasonOf(fault: unknown): unknown {
  if (Array.isArray(fault)) return fault;
  const { reason, message } = fault as { reason?: string; message?: string };
  return new Error(reason || message || "Closed");
}

const fetcher = ((request, { headers = {} } = {}) => {
  if (isSubscription(request)) return subscribe(request, headers);
  return fetch(endpoint, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(request),
  }).then((response) => response.json());
}) as Fetcher;

const root = document.getElementById("graphiql");
if (root === null) throw new Error("the page has no place for GraphiQL");
createRoot(root).render(
  createElement(GraphiQL, {
    fetcher,
    defaultQuery: start.query,
    defaultHeaders: start.headers,
    defaultEditorToolsVisibility: "headers",
  }),
);
