import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols, type Server } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { Refusal } from "../../domain/errors";
import { addressKey } from "../../domain/ip-address";
import { beginWork } from "../../logging/work";
import type { ServerContext, ServerDependencies } from "../dependencies";
import type { GraphqlParts } from "../graphql/graphql-http";
import { clientAddress } from "../http/client-address";
import { hostPolicy } from "../http/hosts";
import { originPolicy } from "../http/origins";
import { createGraphqlSocket } from "./graphql-socket";
import { closeCodes, LiveSocket } from "./live-socket";
import { SocketRegistry } from "./socket-registry";
import { refuseUpgrade } from "./upgrade-refusal";

const defaults = {
  messagesPerMinute: 60,
  heartbeatMs: 12_000,
  recheckMs: 60_000,
  sweepMs: 1_000,
} as const;

/** Subscriptions with all their variables are far below this; ws itself would take 100 MiB. */
const maxMessageBytes = 64 * 1024;

/** How long clients may take to answer our closing before they are cut off. */
const closeWaitMs = 1_000;

/** The WebSocket side of /graphql: who may connect, how many, and for how long. */
export class WebSocketEdge<TContext extends ServerContext> {
  readonly #registry: SocketRegistry;
  readonly #graphql: Server<LiveSocket>;
  readonly #webSockets: WebSocketServer;
  readonly #limits;
  readonly #isAllowedOrigin;
  readonly #isForUs;
  readonly #sweeper: NodeJS.Timeout;
  #isAccepting = true;

  constructor(
    private readonly deps: ServerDependencies<TContext>,
    private readonly parts: GraphqlParts,
  ) {
    this.#limits = { ...defaults, ...deps.settings.webSocket };
    this.#registry = new SocketRegistry(this.#limits);
    this.#graphql = createGraphqlSocket(deps, parts, this.#registry);
    this.#isAllowedOrigin = originPolicy(deps.settings.allowedOrigins);
    const { allowedHosts } = deps.settings;
    this.#isForUs = allowedHosts === undefined ? () => true : hostPolicy(allowedHosts);
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
      handleProtocols: (protocols) => handleProtocols(protocols),
    });
    this.#sweeper = setInterval(() => this.#sweep(), this.#limits.sweepMs).unref();
  }

  attach(server: HttpServer): void {
    server.on("upgrade", (request, socket, head) => {
      // Until ws takes over, a client that goes away must not end the process.
      socket.on("error", () => socket.destroy());
      this.#upgrade(request, socket, head).catch((error) => {
        this.deps.logger.error({ err: error }, "upgrade failed");
        refuseUpgrade(socket, 500);
      });
    });
  }

  stopAccepting(): void {
    this.#isAccepting = false;
  }

  /** Sends everybody away, evenly over `spreadMs`: who reconnects meets the other processes one by one. */
  async closeAll(spreadMs: number): Promise<void> {
    this.stopAccepting();
    const sockets = [...this.#registry];
    const step = sockets.length > 1 ? spreadMs / (sockets.length - 1) : 0;
    const closings = sockets.map((live, index) => this.#sendAway(live, index * step));
    await Promise.all(closings);
    clearInterval(this.#sweeper);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { settings, metrics } = this.deps;
    const { origin } = request.headers;
    const address = clientAddress(request, settings.trustedProxies);
    const seconds = await this.parts.rateLimits.addresses.take(addressKey(address));

    if (request.url?.split("?")[0] !== "/graphql") return refuseUpgrade(socket, 404);
    if (!this.#isForUs(request.headers.host ?? "")) return refuseUpgrade(socket, 421);
    // Apps and servers send no origin. All need a credential; the origin keeps foreign pages out.
    if (origin !== undefined && !this.#isAllowedOrigin(origin)) return refuseUpgrade(socket, 403);
    if (!this.#isAccepting || this.#registry.isFull) return refuseUpgrade(socket, 503, 5);
    if (seconds !== undefined || this.#registry.isAddressFull(address)) {
      metrics.rateLimited.inc({ layer: "socket" });
      return refuseUpgrade(socket, 429, seconds ?? 10);
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      this.#open(webSocket, address),
    );
  }

  #open(socket: WebSocket, address: string): void {
    const { logger, metrics } = this.deps;
    const { heartbeatMs, recheckMs, messagesPerMinute } = this.#limits;
    const live = new LiveSocket(socket, address, performance.now(), heartbeatMs, recheckMs);
    this.#registry.add(live);
    metrics.sockets.set(this.#registry.size);

    const closed = this.#graphql.opened(
      {
        protocol: socket.protocol,
        send: (text) => live.send(text),
        close: (code, reason) => live.close(code ?? closeCodes.goingAway, reason ?? ""),
        onMessage: (handle) => {
          socket.on("message", (message) => {
            if (!live.isOpen) return;
            if (!live.countMessage(performance.now(), messagesPerMinute)) {
              return live.close(closeCodes.tooManyMessages, "Too many messages");
            }
            beginWork({ requestId: live.id }, "CALLER", () => handle(String(message))).catch(
              (error) => {
                logger.error({ requestId: live.id, err: error }, "message failed");
                live.close(closeCodes.internalError, "Internal error");
              },
            );
          });
        },
      },
      live,
    );
    // Oversized and malformed frames: ws closes the socket with the right code by itself.
    socket.on("error", (error) => logger.debug({ requestId: live.id, err: error }, "socket error"));
    socket.once("close", (code, reason) => {
      this.#registry.remove(live);
      metrics.sockets.set(this.#registry.size);
      closed(code, String(reason)).catch((error) =>
        logger.error({ requestId: live.id, err: error }, "socket not cleaned up"),
      );
    });
  }

  #sweep(): void {
    const now = performance.now();
    const { heartbeatMs } = this.#limits;
    for (const live of this.#registry) {
      if (now >= live.nextPingAt) {
        live.nextPingAt = now + heartbeatMs;
        live.ping();
      }
      if (isExpired(live, this.deps.clock.now())) {
        live.close(closeCodes.forbidden, "Credential expired");
      } else if (now >= live.nextCheckAt) {
        if (live.credential !== undefined) void this.#recheck(live, live.credential);
        // A socket that has not said yet who it is has a time limit of its own.
        else if (live.isAnonymous) live.close(closeCodes.forbidden, "Credential missing");
      }
    }
  }

  /** Ends what a revoked credential still watches. A database that does not answer is no reason to. */
  async #recheck(live: LiveSocket, credential: string): Promise<void> {
    live.nextCheckAt = Number.POSITIVE_INFINITY;
    try {
      const principal = await this.deps.authenticate(credential);
      // With other rights, its running subscriptions would have been other ones.
      if (JSON.stringify(principal) !== JSON.stringify(live.principal)) {
        live.close(closeCodes.forbidden, "Credential changed");
      }
    } catch (error) {
      if (error instanceof Refusal) live.close(closeCodes.forbidden, "Credential refused");
      else this.deps.logger.warn({ requestId: live.id, err: error }, "no recheck");
    }
    live.nextCheckAt = performance.now() + this.#limits.recheckMs;
  }

  async #sendAway(live: LiveSocket, delayMs: number): Promise<void> {
    if (live.socket.readyState === live.socket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const goodbye = setTimeout(() => live.close(closeCodes.goingAway, "Going away"), delayMs);
      const cut = setTimeout(() => live.socket.terminate(), delayMs + closeWaitMs);
      live.socket.once("close", () => {
        clearTimeout(goodbye);
        clearTimeout(cut);
        resolve();
      });
    });
  }
}

function isExpired({ principal }: LiveSocket, now: Date): boolean {
  return principal?.role === "WATCHER" && principal.expiresAt <= now;
}
