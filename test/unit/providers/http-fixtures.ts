import type { Socket } from "node:net";
import {
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from "../../../src/providers/http-client";
import { httpText, type RawServer, startRawServer } from "./raw-server";

export const get: HttpRequest = {
  operation: "getPayment",
  method: "GET",
  path: "/v1/payments/1?secret=query-value",
  headers: { authorization: "Bearer token-value" },
};
export const post: HttpRequest = {
  operation: "createPayment",
  method: "POST",
  path: "/v1/payments",
  headers: { "x-idempotency-key": "key-1" },
  body: '{"card":"body-value"}',
};

/** The server of the running test, and the client that speaks to it. Each test makes its own. */
export let server: RawServer | undefined;
const clients: HttpClient[] = [];

export function clientFor(url: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient({
    provider: "MERCADO_PAGO",
    baseUrl: url,
    timeoutMs: 2_000,
    ...options,
  });
  clients.push(client);
  return client;
}

export async function serving(
  onRequest: Parameters<typeof startRawServer>[0],
  options: Partial<HttpClientOptions> = {},
): Promise<HttpClient> {
  server = await startRawServer(onRequest);
  return clientFor(server.url, options);
}

afterEach(async () => {
  await server?.close();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  server = undefined;
});

/** Keeps requests waiting until the test lets one be answered. */
export function holdAnswers() {
  const answers: (() => void)[] = [];
  return {
    onRequest: (socket: Socket) => void answers.push(() => socket.write(httpText(200, "{}"))),
    answerNext: async () => {
      while (answers.length === 0) await new Promise(setImmediate);
      answers.shift()?.();
    },
  };
}
