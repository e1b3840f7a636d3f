import { HttpClient, type HttpRequest, type HttpResult } from "../../../src/providers/http-client";

/** A client whose HTTP answers come from the test, and that remembers what it sent. */
export class ScriptedHttp extends HttpClient {
  readonly requests: HttpRequest[] = [];

  constructor(private readonly answer: (request: HttpRequest) => HttpResult) {
    super({ provider: "MERCADO_PAGO", baseUrl: "http://127.0.0.1:1" });
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

export function answering(status: number, body: unknown): ScriptedHttp {
  return new ScriptedHttp(() => response(status, body));
}
