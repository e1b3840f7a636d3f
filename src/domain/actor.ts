import { isId, type SellerId } from "./ids";
import type { Principal } from "./principal";
import type { Provider } from "./provider";

/** Who can make a change. Each name is part of the public API: it can be added to, never renamed. */
export const actorKinds = [
  "MARKETPLACE",
  "SELLER",
  "PARTNER",
  "PUBLISHABLE",
  "WATCHER",
  "PROVIDER",
  "GATEWAY",
  "OPERATOR",
] as const;
export type ActorKind = (typeof actorKinds)[number];

/** Who made a change. */
export interface Actor {
  readonly kind: ActorKind;
  /** The id of the API key or watch token, the provider, the job's name, or the operator's command. No blanks. */
  readonly reference: string;
  /** Whose key it is, where it is a seller's. */
  readonly sellerId: SellerId | null;
}

/** Whoever asks for something over the API. */
export function actorOf(principal: Principal): Actor {
  switch (principal.role) {
    case "SELLER":
    case "PUBLISHABLE":
      return { kind: principal.role, reference: principal.keyId, sellerId: principal.sellerId };
    case "MARKETPLACE":
    case "PARTNER":
      return { kind: principal.role, reference: principal.keyId, sellerId: null };
    case "WATCHER":
      return { kind: "WATCHER", reference: principal.tokenId, sellerId: null };
  }
}

/** A provider that tells of a change: in a notification, in a look-up, or by sending a seller back. */
export function providerActor(provider: Provider): Actor {
  return { kind: "PROVIDER", reference: provider, sellerId: null };
}

/** A job of the gateway's own. */
export function jobActor(name: string): Actor {
  return { kind: "GATEWAY", reference: name, sellerId: null };
}

/** A person at the command line. */
export function operatorActor(command: string): Actor {
  return { kind: "OPERATOR", reference: command, sellerId: null };
}

/** As it is stored: `SELLER key_… sel_…`, `PROVIDER PAYU`. */
export function writeActor({ kind, reference, sellerId }: Actor): string {
  return sellerId === null ? `${kind} ${reference}` : `${kind} ${reference} ${sellerId}`;
}

/** @throws TypeError where the text is not of ours */
export function readActor(text: string): Actor {
  const [kind, reference, sellerId = null, ...others] = text.split(" ");
  const isKind = actorKinds.find((known) => known === kind);
  const isSellers = sellerId === null || isId("Seller", sellerId);
  if (isKind === undefined || !reference || !isSellers || others.length > 0) {
    throw new TypeError("no actor");
  }
  return { kind: isKind, reference, sellerId };
}
