import { addressKey } from "../../domain/ip-address";
import type { WebSocketSettings } from "../dependencies";
import { credentialId } from "../http/credential";
import type { LiveSocket } from "./live-socket";

type Limits = Pick<
  WebSocketSettings,
  "maxSockets" | "maxSocketsPerAddress" | "maxSocketsPerPrincipal"
>;

/** The open sockets, counted by where they come from and whose they are. */
export class SocketRegistry {
  readonly #all = new Set<LiveSocket>();
  readonly #byAddress = new Map<string, number>();
  readonly #byPrincipal = new Map<string, number>();

  constructor(private readonly limits: Limits) {}

  [Symbol.iterator](): IterableIterator<LiveSocket> {
    return this.#all[Symbol.iterator]();
  }

  get size(): number {
    return this.#all.size;
  }

  get isFull(): boolean {
    return this.#all.size >= this.limits.maxSockets;
  }

  isAddressFull(address: string): boolean {
    return (this.#byAddress.get(addressKey(address)) ?? 0) >= this.limits.maxSocketsPerAddress;
  }

  add(live: LiveSocket): void {
    this.#all.add(live);
    count(this.#byAddress, addressKey(live.address), 1);
  }

  /** Counts a socket, whose principal became known, to it. False when that one has enough. */
  claim(live: LiveSocket): boolean {
    if (live.principal === undefined || !this.#all.has(live)) return false;
    const key = credentialId(live.principal);
    if ((this.#byPrincipal.get(key) ?? 0) >= this.limits.maxSocketsPerPrincipal) {
      live.principal = undefined;
      return false;
    }
    count(this.#byPrincipal, key, 1);
    return true;
  }

  remove(live: LiveSocket): void {
    if (!this.#all.delete(live)) return;
    count(this.#byAddress, addressKey(live.address), -1);
    if (live.principal !== undefined) count(this.#byPrincipal, credentialId(live.principal), -1);
  }
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const sum = (counts.get(key) ?? 0) + change;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
