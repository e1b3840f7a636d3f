/**
 * Runs in the browser. A socket is opened for each subscription, with the headers that stand in the
 * editor at that moment: pages cannot send headers with a WebSocket, so they go into its first message.
 */
export const graphiqlScript = `"use strict";
(() => {
  const endpoint = new URL("/graphql", location.href);
  const socketUrl = new URL(endpoint);
  socketUrl.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const start = JSON.parse(document.getElementById("start").textContent);

  // From the text: the editor's own parsing lags behind it.
  function isSubscription({ query, operationName }) {
    let text = query.replace(/"""[^]*?"""|"(?:\\\\.|[^"\\\\])*"|#.*/g, "");
    for (let outer; outer !== text; ) {
      outer = text;
      text = text.replace(/\\{[^{}]*\\}/g, " ");
    }
    return [...text.matchAll(/\\bsubscription\\b\\s*(\\w*)/g)].some(
      ([, name]) => !operationName || name === operationName,
    );
  }

  // An observable, because it can be stopped while it waits for its next event.
  function subscribe(request, headers) {
    return {
      subscribe(observer) {
        const client = graphqlWs.createClient({
          url: socketUrl.href,
          connectionParams: headers,
          retryAttempts: 0,
        });
        client.subscribe(request, {
          next: (result) => observer.next(result),
          complete: () => observer.complete(),
          // Either GraphQL errors, or the socket's closing with its reason.
          error: (error) =>
            observer.error(
              Array.isArray(error) ? error : new Error(error.reason || error.message || "Closed"),
            ),
        });
        return { unsubscribe: () => client.dispose() };
      },
    };
  }

  function fetcher(request, { headers = {} } = {}) {
    if (isSubscription(request)) return subscribe(request, headers);
    return fetch(endpoint, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(request),
    }).then((response) => response.json());
  }

  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: start.query,
      defaultHeaders: start.headers,
      defaultEditorToolsVisibility: "headers",
    }),
  );
})();
`;
