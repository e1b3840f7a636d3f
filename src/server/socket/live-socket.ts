import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import type { Principal } from "../../domain/principal";

/** Why we close a socket. Those from 4400 on are the protocol's or our own; clients may try all again. */
export const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  forbidden: 4403,
  idInUse: 4409,
  internalError: 4500,
  tooManySockets: 4430,
  tooManyMessages: 4431,
} as const;

const minuteMs = 60_000;

/** One client's connection: who it is, and how much it has asked. */
export class LiveSocket {
  /** Names everything that happens on this socket in the logs, and in masked errors. */
  readonly id = randomUUID();
  principal: Principal | undefined;
  credential: string | undefined;
  /** It was taken without a credential, and shows nothing. */
  isAnonymous = false;
  /** Ids of subscriptions that were asked for and do not run yet. */
  readonly beginning = new Set<string>();
  /** On the clock of `performance.now()`. */
  nextPingAt: number;
  nextCheckAt: number;
  #awaitsPong = false;
  #windowStart = 0;
  #messages = 0;

  constructor(
    readonly socket: WebSocket,
    readonly address: string,
    now: number,
    heartbeatMs: number,
    recheckMs: number,
  ) {
    this.nextPingAt = now + heartbeatMs;
    this.nextCheckAt = now + recheckMs;
    socket.on("pong", () => {
      this.#awaitsPong = false;
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** False when the client sent more in this minute than it may. */
  countMessage(now: number, messagesPerMinute: number): boolean {
    if (now - this.#windowStart >= minuteMs) {
      this.#windowStart = now;
      this.#messages = 0;
    }
    this.#messages++;
    return this.#messages <= messagesPerMinute;
  }

  /** A peer that did not answer the last ping is gone, whatever TCP says. */
  ping(): void {
    if (this.#awaitsPong) this.socket.terminate();
    else if (this.isOpen) this.socket.ping();
    this.#awaitsPong = true;
  }

  /**
   * Resolves once the bytes were taken over. graphql-ws waits for it before it asks for the next event, so
   * a slow reader holds up nothing but its own stream.
   */
  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isOpen) return resolve();
      // What could not be sent is followed by the socket's closing, which cleans up.
      this.socket.send(text, () => resolve());
    });
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}
