import { demoCredentials } from "../../src/demo";

/** JSON of an answer; the shape is what the test asserts, so nothing more is claimed of it here. */
// biome-ignore lint/suspicious/noExplicitAny: tests read members of answers freely and assert them.
export type Json = any;

export interface Answer {
  status: number;
  body: Json;
  headers: Headers;
}

export async function send(
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    // PayU answers with a redirect that has a body of its own.
    redirect: "manual",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

/** The data of a GraphQL answer at a gateway in development, asked for as its demo marketplace; errors throw. */
export async function dataAt(url: string, query: string, variables: object): Promise<Json> {
  const credential = { authorization: `Bearer ${demoCredentials.marketplace}` };
  const { body } = await send("POST", `${url}/graphql`, { query, variables }, credential);
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

/** Calls `/_control` of one simulated provider; throws when it does not understand. */
export function controlOf(url: string) {
  return async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await send(method, `${url}/_control${path}`, body, {});
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.body.message}`);
    return answer.body;
  };
}
