import {
  HttpClient,
  type HttpRequest,
  type HttpResult,
} from "../../../../src/providers/http-client";
import { MercadoPagoClient } from "../../../../src/providers/mercado-pago/client";
import type { CreatePaymentCommand, EffectCall } from "../../../../src/providers/provider";

export const reference = "pay_01KEKXW8V0000000000000000A";

export const call: EffectCall = {
  credentials: {
    accessToken: "APP_USR-101-010112-ab12-555",
    shop: "",
    providerAccountId: "555",
    country: "MLA",
  },
  idempotencyKey: "8a1f2d30-0000-4000-8000-000000000001",
};

/** The least that a card payment needs; matches the documented answer `payment-approved`. */
export const command: CreatePaymentCommand = {
  reference,
  amount: { minor: 10050n, currency: "ARS" },
  applicationFee: null,
  capture: true,
  cardToken: "ff8080814c11e237014c1ff593b57b4d",
  methodId: "visa",
  issuerId: null,
  installments: 1,
  payer: { email: "b@testuser.com" },
  description: null,
  statementDescriptor: null,
  metadata: null,
  items: [],
  additionalPayer: null,
  ipAddress: null,
  deviceId: null,
  notificationUrl: null,
};

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

  get client(): MercadoPagoClient {
    return new MercadoPagoClient(this);
  }
}

export function answering(status: number, body: unknown): ScriptedHttp {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new ScriptedHttp(() => ({ kind: "response", status, headers: {}, text }));
}
