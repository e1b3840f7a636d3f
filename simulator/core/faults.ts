/** What goes wrong. The "effect-then" kinds do the work first, so the caller cannot know the outcome. */
export type FaultEffect =
  | { kind: "latency"; ms: number }
  | { kind: "status"; code: number; body?: unknown; headers?: Record<string, string> | undefined }
  | { kind: "drop-before" }
  | { kind: "hang" }
  | { kind: "effect-then-drop" }
  | { kind: "effect-then-500" }
  | { kind: "effect-then-hang" }
  | { kind: "effect-then-latency"; ms: number }
  | {
      kind: "effect-then-status";
      code: number;
      body?: unknown;
      headers?: Record<string, string> | undefined;
    }
  /** The true answer with some of it changed: objects member by member, everything else as a whole. */
  | { kind: "effect-then-change"; changes: Record<string, unknown> }
  /** The true answer, packed without being asked to. */
  | { kind: "effect-then-compress"; encoding: ContentEncoding }
  | { kind: "garbage" }
  | { kind: "truncate" };

export const contentEncodings = ["gzip", "deflate", "br"] as const;
export type ContentEncoding = (typeof contentEncodings)[number];

export interface FaultMatch {
  method?: string | undefined;
  /** A path prefix, or a regular expression when it begins with "^". The query is not looked at. */
  path?: string | undefined;
  /** The account whose credential is used. */
  account?: string | undefined;
}

export interface Fault {
  id: number;
  match: FaultMatch;
  /** Matching requests let through before the fault strikes. */
  skip: number;
  /** How many requests it will still strike; null means every one until it is deleted. */
  times: number | null;
  struck: number;
  effect: FaultEffect;
}

interface Incoming {
  method: string;
  path: string;
  account: string | undefined;
}

/** The list of planned faults, oldest first. A request meets at most one of them. */
export class Faults {
  #faults: Fault[] = [];
  #lastId = 0;

  add(fault: Pick<Fault, "match" | "skip" | "times" | "effect">): Fault {
    this.#lastId += 1;
    const added: Fault = { id: this.#lastId, struck: 0, ...fault };
    this.#faults.push(added);
    return added;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  remove(id?: number): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
  }

  get isEmpty(): boolean {
    return this.#faults.length === 0;
  }

  /** The fault that strikes this request, if any; counts the strike. */
  take(incoming: Incoming): FaultEffect | undefined {
    for (const fault of this.#faults) {
      if (fault.times === 0 || !matches(fault.match, incoming)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      if (fault.times !== null) fault.times -= 1;
      fault.struck += 1;
      return fault.effect;
    }
    return undefined;
  }
}

function matches(match: FaultMatch, incoming: Incoming): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== incoming.method) return false;
  if (match.account !== undefined && match.account !== incoming.account) return false;
  if (match.path === undefined) return true;
  return match.path.startsWith("^")
    ? new RegExp(match.path).test(incoming.path)
    : incoming.path.startsWith(match.path);
}
