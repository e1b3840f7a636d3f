import { readIpAddress } from "../../domain/ip-address";

/** Names under which requests may come in. */
export interface AllowedHosts {
  readonly names: readonly string[];
  /** Whether an address in numbers is let in, whichever it is. */
  readonly ipAddresses: boolean;
}

/**
 * Decides by a request's `Host` whether it is for us. A page on the internet whose name its owner points at this machine
 * (DNS rebinding) is of one origin with us in its visitor's browser: no rule about origins keeps it out, and the name
 * is what gives it away. An address in numbers cannot be pointed elsewhere.
 */
export function hostPolicy({ names, ipAddresses }: AllowedHosts): (host: string) => boolean {
  const allowed = new Set(names.map(withoutDot));
  return (host) => {
    const name = withoutDot(host.replace(/:\d{0,5}$/, ""));
    if (allowed.has(name)) return true;
    return ipAddresses && readIpAddress(name.replace(/^\[(.+)\]$/, "$1")) !== undefined;
  };
}

/** Names are the same in any case, and with the root's dot at their end. */
function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
