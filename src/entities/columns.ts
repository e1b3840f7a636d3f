import { isUtf8 } from "node:buffer";
import { Column, PrimaryColumn } from "typeorm";
import { type Actor, readActor, writeActor } from "../domain/actor";

/**
 * Column kinds that mean the same on SQLite and on MySQL. Times are epoch milliseconds and money is minor
 * units, both in BIGINT: no time zones, no rounding, and they sort. Text of our own making is compared byte
 * by byte on both (the MySQL tables use a binary collation; see the first migration).
 */
const idLength = 40;

/** The row's own id, the primary key. */
export function IdColumn(): PropertyDecorator {
  return PrimaryColumn({ type: "varchar", length: idLength });
}

/** An id of another row, or another short machine-made text. */
export function RefColumn(options: { nullable?: boolean } = {}): PropertyDecorator {
  return Column({ type: "varchar", length: idLength, nullable: options.nullable ?? false });
}

/** A word from a fixed list: a status, a provider, a role. With `of`, a row with any other word cannot be read. */
export function WordColumn(
  options: { nullable?: boolean; of?: readonly string[]; length?: number } = {},
): PropertyDecorator {
  const { nullable = false, of, length = 32 } = options;
  const column = { type: "varchar", length, nullable } as const;
  return Column(of === undefined ? column : { ...column, transformer: new WordsOnly(of) });
}

/** Stores words as they are. */
export class WordsOnly {
  readonly #known: ReadonlySet<string>;

  constructor(readonly words: readonly string[]) {
    this.#known = new Set(words);
  }

  to(word: unknown): unknown {
    return word;
  }

  from = (word: string | null): string | null => {
    if (word !== null && !this.#known.has(word)) throw new TypeError("not one of the words");
    return word;
  };
}

/** Text of a limited length. */
export function TextColumn(
  length: number,
  options: { nullable?: boolean } = {},
): PropertyDecorator {
  return Column({ type: "varchar", length, nullable: options.nullable ?? false });
}

/** Text of up to 16 MiB: what the edge lets in for one column is far less, however it is escaped and sealed. */
export function LongTextColumn(options: { nullable?: boolean } = {}): PropertyDecorator {
  return Column({ type: "text", nullable: options.nullable ?? false });
}

/** A small whole number. */
export function IntColumn(options: { nullable?: boolean } = {}): PropertyDecorator {
  return Column({ type: "int", nullable: options.nullable ?? false });
}

/** An amount in minor units, or another whole number that must not lose digits: a bigint in the code. */
export function MinorColumn(options: { nullable?: boolean } = {}): PropertyDecorator {
  return Column({
    type: "bigint",
    nullable: options.nullable ?? false,
    transformer: {
      to: (value: bigint | null | undefined) => value,
      from: (value: number | string | null) => (value === null ? null : BigInt(value)),
    },
  });
}

/** A moment: a Date in the code, epoch milliseconds in the database. */
export function TimeColumn(options: { nullable?: boolean } = {}): PropertyDecorator {
  return Column({
    type: "bigint",
    nullable: options.nullable ?? false,
    transformer: {
      to: (value: Date | null | undefined) => value?.getTime() ?? value,
      from: (value: number | string | null) => {
        const time = value === null ? null : new Date(Number(value));
        if (Number.isNaN(time?.getTime())) throw new TypeError("no time");
        return time;
      },
    },
  });
}

/** A yes or no: a boolean in the code, 0 or 1 in the database. */
export function FlagColumn(): PropertyDecorator {
  return Column({
    type: "int",
    transformer: {
      to: (value: boolean) => (value ? 1 : 0),
      from: (value: number) => value === 1,
    },
  });
}

/** Actors in columns. */
export const actorText = {
  to: (actor: Actor | null) => actor && writeActor(actor),
  from: (text: string | null) => (text === null ? null : readActor(text)),
};

/** Who made a change. Null where nobody has, or it was not kept. */
export function ActorColumn(): PropertyDecorator {
  return Column({ type: "varchar", length: 100, nullable: true, transformer: actorText });
}

/** Bytes of somebody else's: a Buffer in the code. Text that people can read where the bytes are UTF-8. */
export function BytesColumn(): PropertyDecorator {
  return Column({ type: "text", transformer: { to: textOfBytes, from: bytesOfText } });
}

/** A structure that is only ever read and written whole: JSON text of up to 16 MiB. */
export function JsonColumn(options: { nullable?: boolean } = {}): PropertyDecorator {
  return Column({
    type: "text",
    nullable: options.nullable ?? false,
    transformer: {
      to: (value: unknown) =>
        value === null || value === undefined ? value : JSON.stringify(value),
      from: (value: string | null) => {
        const read: unknown = value === null ? null : JSON.parse(value);
        if (read === null && !options.nullable) throw new TypeError("nothing in it");
        return read;
      },
    },
  });
}

/** A structure that is read and written whole, in another form than JSON has: a date, a bigint in it. */
export function CodedColumn<T, S>(
  write: (value: T) => S,
  read: (stored: unknown) => T,
): PropertyDecorator {
  return Column({
    type: "text",
    nullable: true,
    transformer: {
      to: (value: T | null | undefined) => (value == null ? value : JSON.stringify(write(value))),
      from: (text: string | null) => (text === null ? null : read(JSON.parse(text))),
    },
  });
}

/** Begins what is not stored as it is. */
const base64Mark = "base64:";

function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return isUtf8(bytes) && !text.startsWith(base64Mark)
    ? text
    : `${base64Mark}${bytes.toString("base64")}`;
}

function bytesOfText(text: string): Buffer {
  return text.startsWith(base64Mark)
    ? Buffer.from(text.slice(base64Mark.length), "base64")
    : Buffer.from(text, "utf8");
}
