import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorCode } from "../../domain/errors";

const refusals: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  403: ["FORBIDDEN", "Pages of this origin may not connect."],
  404: ["NOT_FOUND", "There is no WebSocket at this address."],
  421: ["FORBIDDEN", "Requests do not come here by this name: ALLOWED_HOSTS."],
  429: ["RATE_LIMITED", "Too many connections from this address."],
  503: ["INTERNAL_SERVER_ERROR", "No more connections now; try again."],
};

/** Answers a request to open a WebSocket with HTTP. Browsers hide it from pages; people and logs see it. */
export function refuseUpgrade(socket: Duplex, status: number, retryAfter?: number): void {
  const [code, message] = refusals[status] ?? ["INTERNAL_SERVER_ERROR", "Internal error"];
  const body = JSON.stringify({
    errors: [{ message, extensions: { code, retryable: status === 429 || status >= 500 } }],
  });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "content-type: application/json; charset=utf-8",
      `content-length: ${Buffer.byteLength(body)}`,
      "connection: close",
      ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
      "",
      body,
    ].join("\r\n"),
  );
}
