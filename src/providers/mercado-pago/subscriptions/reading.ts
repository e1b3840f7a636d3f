import type { Answer } from "../../answer";
import { isObject, type JsonObject } from "../../json";
import type { Outcome, ReadCall } from "../../provider";
import type { MercadoPagoClient } from "../client";
import { meaningOfText } from "./refusals";

/** How many pages of a search are walked. Whoever makes more in one stretch is looked for again later. */
const mostPages = 10;
const pageSize = 100;

/** One thing by its id. Another account's is answered 400 and not 404 (measured): to us both are absent. */
export async function getById<T>(
  client: MercadoPagoClient,
  operation: string,
  path: string,
  call: ReadCall,
  read: (answer: Answer) => Outcome<T>,
): Promise<Outcome<T | null>> {
  const answer = await client.find(operation, path, call, meaningOfText);
  if (answer.kind === "refused" && answer.refusal.code === "NOT_FOUND") {
    return { kind: "accepted", value: null };
  }
  if (answer.kind !== "accepted") return answer;
  return answer.value === null ? { kind: "accepted", value: null } : read(answer.value);
}

interface Wanted<T> {
  isWanted(item: JsonObject): boolean;
  /** What stands behind it is older than what is looked for. */
  isOver(item: JsonObject): boolean;
  read(item: JsonObject): T | undefined;
}

/** The first item of a search that is wanted. A hit that cannot be read is no absence. */
export async function findInPages<T>(
  client: MercadoPagoClient,
  operation: string,
  path: string,
  query: Readonly<Record<string, string>>,
  call: ReadCall,
  { isWanted, isOver, read }: Wanted<T>,
): Promise<Outcome<T | null>> {
  for (let page = 0; page < mostPages; page++) {
    const part = { limit: String(pageSize), offset: String(page * pageSize) };
    const answer = await client.get(
      operation,
      `${path}?${new URLSearchParams({ ...query, ...part })}`,
      call,
    );
    if (answer.kind !== "accepted") return answer;
    const { json } = answer.value;
    const results = isObject(json) ? json.results : undefined;
    if (!Array.isArray(results)) return answer.value.unreadable("the answer is no list");
    const items = results.filter(isObject);
    const hit = items.find(isWanted);
    if (hit !== undefined) {
      const value = read(hit);
      return value === undefined
        ? answer.value.unreadable("what was found cannot be read")
        : { kind: "accepted", value };
    }
    if (results.length < pageSize || items.some(isOver)) break;
  }
  return { kind: "accepted", value: null };
}
