import { connect, type Socket } from "node:net";

/** An HTTP/1.1 message that tells its length. The bytes of the body are only good during the call. */
export interface Message {
  /** First line and headers, as they came. */
  readonly head: string;
  readonly body: Buffer;
}

/**
 * Reads messages from a connection. As little as it takes: what both sides of a comparison share the machine
 * with should not be what is measured.
 */
export function readMessages(socket: Socket, onMessage: (message: Message) => void): void {
  let rest: Buffer | undefined;
  socket.on("data", (chunk) => {
    let bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const bodyAt = bytes.indexOf("\r\n\r\n") + 4;
      if (bodyAt < 4) break;
      const head = bytes.toString("latin1", 0, bodyAt);
      const end = bodyAt + Number(headerIn(head, "content-length") ?? 0);
      if (bytes.length < end) break;
      onMessage({ head, body: bytes.subarray(bodyAt, end) });
      bytes = bytes.subarray(end);
    }
    rest = bytes.length === 0 ? undefined : bytes;
  });
}

/** A header's value; `name` in lower case. */
export function headerIn(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\\r$`, "im").exec(head)?.[1];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A connection that posts JSON, one request at a time. */
class Connection {
  #answered: ((answer: Answer) => void) | undefined;
  #failed: ((fault: Error) => void) | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    readMessages(socket, ({ head, body }) =>
      this.#answered?.({ status: Number(head.slice(9, 12)), text: body.toString() }),
    );
    socket.on("error", (fault) => this.#failed?.(fault));
    socket.on("close", () => this.#failed?.(new Error("the connection was closed")));
  }

  post(path: string, headers: string, body: string): Promise<Answer> {
    return new Promise((answered, failed) => {
      this.#answered = answered;
      this.#failed = failed;
      this.socket.write(
        `POST ${path} HTTP/1.1\r\nhost: ${this.host}\r\ncontent-type: application/json\r\n` +
          `${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
  }
}

/** Kept connections to one server, as many as there are calls at a time. */
export class RawHttp {
  readonly #free: Connection[] = [];
  readonly #sockets: Socket[] = [];

  constructor(private readonly url: URL) {}

  /** A JSON answer, parsed; throws on any status but 2xx. */
  async post<T>(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const connection = this.#free.pop() ?? this.#open();
    const { status, text } = await connection.post(path, lines.join(""), JSON.stringify(body));
    this.#free.push(connection);
    if (status < 200 || status >= 300) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Ends the connections; the next call opens a new one. */
  close(): void {
    this.#free.length = 0;
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  #open(): Connection {
    const { port, hostname, host } = this.url;
    const socket = connect({ port: Number(port), host: hostname, noDelay: true });
    this.#sockets.push(socket);
    return new Connection(socket, host);
  }
}
