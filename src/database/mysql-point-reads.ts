import type { Pool, RowDataPacket } from "mysql2";
import { queryAny } from "./mysql-connection";
import type { Row } from "./statement";

/** Reads that share one round trip at most. */
const groupSize = 32;

interface Waiting {
  readonly text: string;
  resolve(rows: Row[]): void;
  reject(fault: unknown): void;
}

/** Reads by key. Those of one turn of the event loop travel as one text: a round trip costs more than they do. */
export class MysqlPointReads {
  #queue: Waiting[] = [];

  constructor(private readonly pool: Pool) {}

  read(text: string): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ text, resolve, reject });
      if (this.#queue.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (let i = 0; i < queue.length; i += groupSize)
      void this.#readTogether(queue.slice(i, i + groupSize));
  }

  async #readTogether(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (first === undefined || group.length === 1) {
      if (first !== undefined) await this.#readAlone(first);
      return;
    }
    try {
      const results = (await queryAny(
        this.pool,
        group.map(({ text }) => text).join(";"),
      )) as unknown;
      for (const [index, { resolve }] of group.entries())
        resolve((results as Row[][])[index] ?? []);
    } catch {
      // One of them is at fault; which one shows when each is read by itself.
      for (const one of group) void this.#readAlone(one);
    }
  }

  async #readAlone({ text, resolve, reject }: Waiting): Promise<void> {
    const asRows = (rows: RowDataPacket[]) => resolve(rows as Row[]);
    await queryAny(this.pool, text).then(asRows, reject);
  }
}
