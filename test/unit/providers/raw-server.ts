import net from "node:net";

/** A server that speaks bytes, to do what no proper HTTP server does. */
export interface RawServer {
  readonly url: string;
  readonly port: number;
  readonly connections: () => number;
  /** Every request head that came in. */
  readonly heads: readonly string[];
  close(): Promise<void>;
}

/** Answers each request (told by its blank line) with what `onRequest` writes to the socket. */
export async function startRawServer(
  onRequest: (socket: net.Socket, nth: number) => void,
): Promise<RawServer> {
  const sockets = new Set<net.Socket>();
  const heads: string[] = [];
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      if (!/\r\n\r\n/.test(text)) return;
      heads.push(text);
      onRequest(socket, heads.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections: () => connections,
    heads,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function httpText(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries({ "Content-Length": Buffer.byteLength(body), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status} X\r\n${lines.join("")}\r\n${body}`;
}
