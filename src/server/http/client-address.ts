import type { IncomingMessage } from "node:http";
import { readIpAddress } from "../../domain/ip-address";

/**
 * Who sent a request, as far as it can be known: the socket's other end, or the entry of
 * `X-Forwarded-For` that the outermost trusted proxy wrote. Entries further left are the client's own
 * words. An entry that is no address stands for nobody: then it is the socket's other end.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const socket = request.socket.remoteAddress ?? "unknown";
  const direct = readIpAddress(socket) ?? socket;
  if (trustedProxies === 0) return direct;
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const nearestFirst = forwarded
    .map((entry) => entry.trim())
    .filter(Boolean)
    .reverse();
  const entry = nearestFirst[Math.min(trustedProxies, nearestFirst.length) - 1];
  return (entry === undefined ? undefined : readIpAddress(withoutPort(entry))) ?? direct;
}

/** Some proxies add the client's port: `192.0.2.1:5080`, `[2001:db8::1]:5080`. */
function withoutPort(entry: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(entry) ?? [];
  return bracketed ?? plain ?? entry;
}
