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

  function isSubscription(request, documentAST) {
    return (documentAST?.definitions ?? []).some(
      (definition) =>
        definition.operation === "subscription" &&
        (!request.operationName || definition.name?.value === request.operationName),
    );
  }

  async function* subscribe(request, headers) {
    const client = graphqlWs.createClient({
      url: socketUrl.href,
      connectionParams: headers,
      retryAttempts: 0,
    });
    try {
      yield* client.iterate(request);
    } catch (error) {
      // The socket's closing says why in its reason.
      throw Array.isArray(error) ? error : new Error(error.reason || error.message || "Socket closed");
    } finally {
      client.dispose();
    }
  }

  function fetcher(request, { headers = {}, documentAST } = {}) {
    if (isSubscription(request, documentAST)) return subscribe(request, headers);
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
