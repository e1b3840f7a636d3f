import type { AddressInfo, Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { Transform } from "node:stream";

/**
 * A way to a server that can be cut: what is under way is lost, and nothing gets through until it is mended. It can
 * also fall silent, and change what is sent to the server, as a proxy between may.
 */
export class CuttableNetwork {
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #isSilent = false;
  readonly #changes: [from: string, to: string][] = [];

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {}

  static async to(url: string): Promise<CuttableNetwork> {
    const server = createServer();
    const network = new CuttableNetwork(server, Number(new URL(url).port));
    server.on("connection", (socket) => network.#carry(socket));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
    this.#isSilent = false;
    this.#changes.length = 0;
  }

  /** What arrives from now on is lost, in both directions, and nobody is told. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  /** Has the server read `to`, filled up with blanks, wherever `from` is sent to it. */
  change(from: string, to: string): void {
    this.#changes.push([from, to.padEnd(from.length)]);
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  #carry(near: Socket): void {
    if (this.#isCut) return void near.destroy();
    const far = connect(this.targetPort, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(this.#passing(socket === near)).pipe(other);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }

  #passing(isToServer: boolean): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        if (this.#isSilent) return done();
        if (!isToServer || this.#changes.length === 0) return done(null, chunk);
        let text = chunk.toString("latin1");
        for (const [from, to] of this.#changes) text = text.replaceAll(from, to);
        done(null, Buffer.from(text, "latin1"));
      },
    });
  }
}
