import type { HttpClient, HttpRequest } from "./http-client";
import { parseJson } from "./json";
import type { Outcome } from "./provider";

/** Nothing is proven: it has to be found out. */
export type Unknown = Extract<Outcome<never>, { kind: "unknown" }>;

/** What a provider answered, whatever its status. */
export class Answer {
  readonly kind = "answer";

  constructor(
    readonly status: number,
    /** Undefined where the body is no JSON. */
    readonly json: unknown,
    readonly isEmpty: boolean,
    /** Tells a person that it cannot be read, and why. */
    private readonly tell: (reason: string) => void,
  ) {}

  /**
   * It shows nothing that is known, or contradicts what was asked for: it proves nothing, and a person is told.
   * `reason` is one of our own phrases, without anything of the answer.
   */
  unreadable(reason: string): Unknown {
    this.tell(reason);
    return { kind: "unknown", reason };
  }
}

/** An answer, or why there is none. */
export type Reply = Answer | Exclude<Outcome<never>, { kind: "accepted" }>;

/** Sends a request and reads what is answered as JSON. `provider` is its name for messages: "Mercado Pago". */
export async function ask(
  http: HttpClient,
  request: HttpRequest,
  provider: string,
): Promise<Reply> {
  const result = await http.send(request);
  const tell = (reason: string) => http.tellUnreadable(request, result, reason);
  switch (result.kind) {
    case "response": {
      const { status, text } = result;
      return new Answer(status, parseJson(text), text.trim() === "", tell);
    }
    case "not-sent":
      return {
        kind: "refused",
        refusal: {
          code: "PROVIDER_UNAVAILABLE",
          message: `${provider} could not be asked: ${result.reason}. Nothing was sent.`,
          retryable: true,
        },
      };
    case "unknown":
      if (result.isUnreadable === true) tell(result.reason);
      return { kind: "unknown", reason: result.reason };
  }
}
