import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/**
 * Who sent a request, as far as it can be known: the socket's other end, or the entry of
 * `X-Forwarded-For` that the outermost trusted proxy wrote. Entries further left are the client's own
 * words.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  if (trustedProxies === 0) return plain(direct);
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const nearestFirst = forwarded
    .map((entry) => entry.trim())
    .filter(Boolean)
    .reverse();
  return plain([direct, ...nearestFirst][Math.min(trustedProxies, nearestFirst.length)] ?? direct);
}

/** What limits are counted by: one subscriber has a whole /64 of IPv6 addresses. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const all = [...groups, ...new Array<string>(zeros).fill("0"), ...rest];
  return `${all.slice(0, 4).join(":")}::/64`;
}

/** A dual-stack socket shows IPv4 addresses as ::ffff:192.0.2.1. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
