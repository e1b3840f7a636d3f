import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * A WebSocket client that does no more than it must: on two cores, a thousand clients of a full library take
 * longer to read an event than the server takes to send it, and would hide what is measured.
 */
export class RawSocket {
  /** Called with each text message; the bytes are only good during the call. */
  onText: (text: Buffer) => void = () => {};
  #rest: Buffer | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on("data", (chunk) => this.#read(chunk));
  }

  static async open(port: number, path: string, protocol: string): Promise<RawSocket> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
    const answer = await new Promise<string>((done, fail) => {
      socket.once("error", fail);
      socket.once("data", (chunk) => done(chunk.toString()));
    });
    if (!answer.startsWith("HTTP/1.1 101")) throw new Error(answer);
    return new RawSocket(socket);
  }

  send(message: object): void {
    this.#write(opcodes.text, Buffer.from(JSON.stringify(message)));
  }

  /** The next text message. */
  next(): Promise<string> {
    return new Promise((done) => {
      this.onText = (text) => done(text.toString());
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #write(opcode: number, body: Buffer): void {
    // A mask of zeros is a mask, and leaves the bytes as they are.
    const head = Buffer.alloc(body.length < 126 ? 6 : 8);
    head[0] = 0x80 | opcode;
    if (body.length < 126) head[1] = 0x80 | body.length;
    else {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(body.length, 2);
    }
    this.socket.write(Buffer.concat([head, body]));
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const frame = frameIn(bytes);
      if (frame === undefined) break;
      if (frame.opcode === opcodes.text) this.onText(frame.body);
      else if (frame.opcode === opcodes.ping) this.#write(opcodes.pong, frame.body);
      else if (frame.opcode === opcodes.close) throw new Error(`closed: ${frame.body.subarray(2)}`);
      bytes = bytes.subarray(frame.end);
    }
    this.#rest = bytes.length === 0 ? undefined : Buffer.from(bytes);
  }
}

/** The first frame, if it is there as a whole. Messages of servers are not masked, nor ours fragmented. */
function frameIn(bytes: Buffer): { opcode: number; body: Buffer; end: number } | undefined {
  const [first = 0, second = 0] = bytes;
  const start = second === 126 ? 4 : 2;
  if (bytes.length < start) return undefined;
  const end = start + (second === 126 ? bytes.readUInt16BE(2) : second);
  return bytes.length < end
    ? undefined
    : { opcode: first & 0x0f, body: bytes.subarray(start, end), end };
}
