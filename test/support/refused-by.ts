import { kindOfId } from "../../src/domain/ids";
import { leavingNothing } from "./footprint";
import type { TestGateway } from "./gateway";
import type { Json } from "./simulator";

/** An answer to bad input, after it was checked that it left nothing and told nobody what it was given. */
export interface Refused {
  readonly status: number;
  readonly payload: Json;
  /** "CODE input.field" for each userError, in their order. */
  readonly refusals: string[];
  /** "CODE message" for each error of the document. */
  readonly errors: string[];
}

/** Sends what must be refused: with its whole answer, and what the log says, checked for given values. */
export async function refusedBy(
  gateway: TestGateway,
  log: readonly string[],
  body: { query: string; variables?: Json },
  credential?: string,
): Promise<Refused> {
  const logged = log.length;
  const { status, text } = await leavingNothing(gateway, async () => {
    const response = await gateway.post(body, credential);
    return { status: response.status, text: await response.text() };
  });
  const given = valuesOf(body.variables).filter((value) => value.length >= 6);
  expect(given.filter((value) => text.includes(value))).toEqual([]);
  // Lines of background work name what it is about, by its id.
  const told = log.slice(logged).join("");
  expect(given.filter((value) => !isIdOfOurs(value) && told.includes(value))).toEqual([]);
  const { data, errors = [] } = JSON.parse(text);
  const payload = data === undefined || data === null ? null : Object.values<Json>(data)[0];
  return {
    status,
    payload,
    refusals: (payload?.userErrors ?? []).map(
      ({ code, path }: Json) => `${code} ${path.join(".")}`,
    ),
    errors: errors.map(({ message, extensions }: Json) => `${extensions.code} ${message}`),
  };
}

export function mutationBody(name: string, input: unknown): { query: string; variables: Json } {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename userErrors { code message path providerCode } } }`;
  return { query, variables: { input } };
}

function isIdOfOurs(value: string): boolean {
  return kindOfId(value) !== undefined;
}

/** All texts and numbers in a value, the names of fields not among them. */
function valuesOf(value: Json): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(valuesOf);
}
