import type { Client } from "graphql-ws";
import type { TestGateway } from "./gateway";
import type { Json } from "./simulator";

/** A subscription that is read update by update. */
export interface Watched {
  readonly client: Client;
  /** Waits for one more update. */
  next(): Promise<Json>;
  end(): void;
}

/** Subscribes with a document of one field, over a socket of its own. */
export function watch(
  gateway: TestGateway,
  query: string,
  variables: Record<string, unknown>,
  credential?: string | null,
): Watched {
  const client = gateway.client(credential);
  const iterator = client.iterate<Json>({ query, variables });
  return {
    client,
    async next() {
      const { value, done } = await iterator.next();
      if (done) throw new Error("the subscription ended");
      if (value.errors !== undefined) throw new Error(JSON.stringify(value.errors));
      return Object.values(value.data)[0];
    },
    end: () => void iterator.return?.(),
  };
}

/** What is answered to a subscription that must be refused. */
export async function refusalOf(
  gateway: TestGateway,
  query: string,
  variables: Record<string, unknown>,
  credential: string,
): Promise<Json> {
  const { client, next, end } = watch(gateway, query, variables, credential);
  const answer = await next().then(
    (update) => {
      throw new Error(`it was let in: ${JSON.stringify(update)}`);
    },
    (fault) => (Array.isArray(fault) ? fault : JSON.parse(fault.message)),
  );
  end();
  await client.dispose();
  return answer;
}

/** Stops the server under a watcher, and answers with the code that its socket was closed with. */
export async function closedByStop(gateway: TestGateway, { client, next }: Watched) {
  const closed = new Promise<{ code: number }>((done) =>
    client.on("closed", (event) => done(event as { code: number })),
  );
  const ended = next().catch(() => "ended");
  await gateway.app.stop();
  if ((await ended) !== "ended") throw new Error("the subscription went on");
  return (await closed).code;
}

/** Repeats `act` until the awaited update is there: a subscription tells nobody when it stands. */
export async function untilSeen(
  awaited: Promise<Json>,
  act: () => Promise<unknown>,
): Promise<Json> {
  let seen: Json;
  void awaited.then((value) => {
    seen = value;
  });
  while (seen === undefined) await act();
  return seen;
}
