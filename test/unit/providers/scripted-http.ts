import { Answer } from "../../../src/providers/answer";
import {
  HttpClient,
  type HttpRequest,
  type HttpResult,
  type UnreadableObserver,
} from "../../../src/providers/http-client";

/** A client whose HTTP answers come from the test, and that remembers what it sent. */
export class ScriptedHttp extends HttpClient {
  readonly requests: HttpRequest[] = [];

  constructor(
    private readonly answer: (request: HttpRequest) => HttpResult,
    onUnreadable?: UnreadableObserver,
  ) {
    super({ provider: "MERCADO_PAGO", baseUrl: "http://127.0.0.1:1", onUnreadable });
  }

  override async send(request: HttpRequest): Promise<HttpResult> {
    this.requests.push(request);
    return this.answer(request);
  }

  get only(): HttpRequest {
    const [request, ...others] = this.requests;
    if (request === undefined || others.length > 0) throw new Error("not exactly one request");
    return request;
  }
}

export function response(status: number, body: unknown): HttpResult {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { kind: "response", status, headers: {}, text };
}

/** An answer by itself, and for what reasons a person was told of it. */
export function answerOf(status: number, json: unknown): Answer & { readonly told: string[] } {
  const told: string[] = [];
  return Object.assign(new Answer(status, json, false, (reason) => told.push(reason)), { told });
}

export function answering(status: number, body: unknown): ScriptedHttp {
  return new ScriptedHttp(() => response(status, body));
}
