import type { ServerContext, ServerDependencies } from "./dependencies";
import { createErrorPresenter } from "./graphql/errors";
import { addGraphql } from "./graphql/graphql-http";
import { QueryCost } from "./graphql/query-cost";
import { addHealth } from "./http/health";
import { createHttp } from "./http/http";
import { createRateLimits } from "./http/rate-limits";
import { addWebhooks } from "./http/webhooks";
import { addConnections } from "./pages/connections";
import { addPages } from "./pages/pages";
import { WebSocketEdge } from "./socket/websocket";

/** The gateway's edge. To stop it: `stopAccepting`, let work end, `closeSockets`, `close`. */
export interface GatewayServer {
  /** Answers the address that it listens on. */
  listen(): Promise<string>;
  /** Not ready any more, no new sockets, and every answer ends its connection. Requests are still served. */
  stopAccepting(): void;
  /** Closes sockets with 1001, spread over the configured time. */
  closeSockets(): Promise<void>;
  /** Ends once the last request was answered. */
  close(): Promise<void>;
}

/** HTTP and WebSocket on one port. */
export async function createServer<TContext extends ServerContext>(
  deps: ServerDependencies<TContext>,
): Promise<GatewayServer> {
  const { settings, logger, metrics } = deps;
  let draining = false;
  const isDraining = () => draining;

  const parts = {
    present: createErrorPresenter({ logger, refusalOf: deps.refusalOf?.bind(deps) }),
    cost: new QueryCost(deps.schema),
    rateLimits: createRateLimits(settings.rateLimits, deps.redis),
  };
  const app = createHttp({ settings, logger, metrics, isDraining });
  addHealth(app, deps, isDraining);
  const apollo = await addGraphql(app, deps, parts);
  await addWebhooks(app, deps, parts.rateLimits);
  addConnections(app, deps, parts.rateLimits);
  if (settings.sandbox) addPages(app, deps);
  const sockets = new WebSocketEdge(deps, parts);
  sockets.attach(app.server);

  return {
    listen: () => app.listen({ host: settings.host, port: settings.port }),
    stopAccepting() {
      draining = true;
      sockets.stopAccepting();
    },
    closeSockets: () => sockets.closeAll(settings.webSocket.closeSpreadMs),
    async close() {
      draining = true;
      await sockets.closeAll(0);
      await app.close();
      await apollo.stop();
    },
  };
}
