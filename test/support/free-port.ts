import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems hand out for outgoing calls: one of those may be taken by anybody between the look
 * and its use. Each of jest's workers has a range of its own.
 */
const lowest = 20_000;
const portsOfWorker = 500;
const workers = 24;

const first = lowest + (Number(process.env.JEST_WORKER_ID ?? 0) % workers) * portsOfWorker;
let next = randomInt(portsOfWorker);

/** A port of this machine that nobody listens at, and that is not answered a second time soon. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < portsOfWorker; tried++) {
    const port = first + next;
    next = (next + 1) % portsOfWorker;
    if (await canListen(port)) return port;
  }
  throw new Error(`no free port from ${first} on`);
}

function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((done) => {
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}
