import type { Money } from "../../domain/money";
import type { PaymentObservation } from "../../domain/payment-observation";
import type { Answer } from "../answer";
import { isObject } from "../json";
import { inPayWith } from "../pay-with";
import type {
  CreatePaymentCommand,
  EffectCall,
  Outcome,
  PaymentOperations,
  PaymentPage,
  ProviderRefusal,
  ReadCall,
} from "../provider";
import { amountLiteral, toJson } from "./amounts";
import type { MercadoPagoClient } from "./client";
import { amountRefusal, paymentBody, paymentRefusals } from "./payment-request";
import { readPayment } from "./wire";

type Seen = Outcome<PaymentObservation>;

/** Payments (docs, payments reference: create, get, search, update). */
export class MercadoPagoPayments implements PaymentOperations {
  constructor(private readonly client: MercadoPagoClient) {}

  refusalsOf(command: CreatePaymentCommand, country: string | null): readonly ProviderRefusal[] {
    return paymentRefusals(command, country);
  }

  /** POST /v1/payments. A declined card is a 201 as well, with status rejected. */
  async create(command: CreatePaymentCommand, call: EffectCall): Promise<Seen> {
    const [refusal] = paymentRefusals(command, call.credentials.country);
    if (refusal !== undefined) return { kind: "refused", refusal };
    const answer = await this.client.send(
      {
        operation: "createPayment",
        method: "POST",
        path: "/v1/payments",
        body: paymentBody(command),
        deviceId: command.deviceId,
      },
      call,
    );
    if (answer.kind === "refused") {
      return { kind: "refused", refusal: inPayWith(command.payWith, answer.refusal) };
    }
    if (answer.kind !== "accepted") return answer;
    return readAnswer(answer.value, (payment) => contradictionOf(command, payment));
  }

  /** GET /v1/payments/{id} */
  async get(
    providerPaymentId: string,
    call: ReadCall,
  ): Promise<Outcome<PaymentObservation | null>> {
    // Ids are numbers. Notifications that nobody signed bring ids, too: no other text is put into a path.
    if (!/^[1-9]\d{0,18}$/.test(providerPaymentId)) return { kind: "accepted", value: null };
    const answer = await this.client.find("getPayment", paymentPath(providerPaymentId), call);
    if (answer.kind !== "accepted") return answer;
    if (answer.value === null) return { kind: "accepted", value: null };
    return readAnswer(answer.value, otherThan(providerPaymentId));
  }

  /** GET /v1/payments/search, newest first. It covers twelve months. */
  async findByReference(
    reference: string,
    call: ReadCall,
  ): Promise<Outcome<PaymentObservation | null>> {
    const query = new URLSearchParams({
      external_reference: reference,
      sort: "date_created",
      criteria: "desc",
    });
    const answer = await this.client.get("searchPayments", `/v1/payments/search?${query}`, call);
    if (answer.kind !== "accepted") return answer;
    return readSearch(answer.value, reference);
  }

  /** GET /v1/payments/search by `range`. It covers twelve months; pages of more than 30 appear in no sample. */
  async list(
    { from, to, offset }: { from: Date; to: Date; offset: number },
    call: ReadCall,
  ): Promise<Outcome<PaymentPage>> {
    const query = new URLSearchParams({
      sort: "date_created",
      criteria: "asc",
      range: "date_created",
      begin_date: from.toISOString(),
      // Its end belongs to the range, in milliseconds.
      end_date: new Date(to.getTime() - 1).toISOString(),
      limit: "30",
      offset: String(offset),
    });
    const answer = await this.client.get("listPayments", `/v1/payments/search?${query}`, call);
    if (answer.kind !== "accepted") return answer;
    const { json } = answer.value;
    const results = isObject(json) ? json.results : undefined;
    if (!Array.isArray(results))
      return answer.value.unreadable("the answer is no list of payments");
    const items = results.map(readPayment).filter((payment) => payment !== undefined);
    const next = results.length === 0 ? null : offset + results.length;
    return { kind: "accepted", value: { items, next } };
  }

  /** PUT /v1/payments/{id} with `capture`. */
  async capture(providerPaymentId: string, amount: Money | null, call: EffectCall): Promise<Seen> {
    const refusal = amount === null ? undefined : amountRefusal(amount, "amount");
    if (refusal !== undefined) return { kind: "refused", refusal };
    const part = amount === null ? {} : { transaction_amount: amountLiteral(amount) };
    return this.#update("capturePayment", providerPaymentId, { capture: true, ...part }, call);
  }

  /** PUT /v1/payments/{id}: only pending, in_process and, in newer docs, authorized payments. */
  cancel(providerPaymentId: string, call: EffectCall): Promise<Seen> {
    return this.#update("cancelPayment", providerPaymentId, { status: "cancelled" }, call);
  }

  async #update(
    operation: string,
    providerPaymentId: string,
    change: object,
    call: EffectCall,
  ): Promise<Seen> {
    const path = paymentPath(providerPaymentId);
    const body = toJson(change);
    const answer = await this.client.send({ operation, method: "PUT", path, body }, call);
    if (answer.kind !== "accepted") return answer;
    return readAnswer(answer.value, otherThan(providerPaymentId));
  }
}

function paymentPath(providerPaymentId: string): string {
  return `/v1/payments/${encodeURIComponent(providerPaymentId)}`;
}

/** A success that shows no payment, or not the one asked for, proves nothing: it has to be found out. */
function readAnswer(
  answer: Answer,
  contradiction: (payment: PaymentObservation) => string | undefined,
): Seen {
  const payment = readPayment(answer.json);
  if (payment === undefined) return answer.unreadable("the answer is no readable payment");
  const reason = contradiction(payment);
  return reason === undefined ? { kind: "accepted", value: payment } : answer.unreadable(reason);
}

function contradictionOf(
  command: CreatePaymentCommand,
  payment: PaymentObservation,
): string | undefined {
  if (payment.reference !== null && payment.reference !== command.reference) {
    return "the answer is about a payment with another reference";
  }
  const { amount } = payment;
  if (amount.minor !== command.amount.minor || amount.currency !== command.amount.currency) {
    return "the answer is about a payment of another amount";
  }
  return undefined;
}

function otherThan(providerPaymentId: string): (payment: PaymentObservation) => string | undefined {
  return (payment) =>
    payment.providerPaymentId === providerPaymentId
      ? undefined
      : "the answer is about another payment";
}

/** Of a search, the newest payment with exactly our reference. A hit that cannot be read is no absence. */
function readSearch(answer: Answer, reference: string): Outcome<PaymentObservation | null> {
  const results = isObject(answer.json) ? answer.json.results : undefined;
  if (!Array.isArray(results)) return answer.unreadable("the answer is no list of payments");
  const hit = results.find((item) => isObject(item) && item.external_reference === reference);
  if (hit === undefined) return { kind: "accepted", value: null };
  const payment = readPayment(hit);
  return payment === undefined
    ? answer.unreadable("the payment found cannot be read")
    : { kind: "accepted", value: payment };
}
