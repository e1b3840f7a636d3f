import { type Currency, formatAmount, isCurrency } from "../../../domain/money";
import type { PointOrderObservation } from "../../../domain/point-order";
import { isObject, objectOf, readDate, readName, readText } from "../../json";
import type { PointOrderCommand } from "../../provider";
import { readAmount } from "../amounts";
import { readId } from "../wire";

const methodWords = {
  CREDIT_CARD: "credit_card",
  DEBIT_CARD: "debit_card",
  QR_CODE: "qr",
} as const;

/** The body of POST /v1/orders for a reader. `title` and further fields are refused (Mercado Pago docs: create order). */
export function orderBody(command: PointOrderCommand): string {
  const { method, installments, installmentsPaidBy } = command;
  const asked = {
    ...(method === null ? {} : { default_type: methodWords[method] }),
    ...(installments === null ? {} : { default_installments: installments }),
    ...(installmentsPaidBy === null
      ? {}
      : { installments_cost: installmentsPaidBy === "SELLER" ? "seller" : "buyer" }),
  };
  return JSON.stringify({
    type: "point",
    external_reference: command.reference,
    expiration_time: `PT${command.expiresInSeconds}S`,
    ...(command.description === null ? {} : { description: command.description }),
    transactions: { payments: [{ amount: formatAmount(command.amount) }] },
    config: {
      point: {
        terminal_id: command.providerDeviceId,
        print_on_terminal: command.printsTicket ? "seller_ticket" : "no_ticket",
        ...(command.ticketNumber === null ? {} : { ticket_number: command.ticketNumber }),
      },
      ...(Object.keys(asked).length === 0 ? {} : { payment_method: asked }),
    },
  });
}

/** States of an order (Mercado Pago docs: status of order and transaction); the last three as of orders online. */
const statuses = new Map<string, NonNullable<PointOrderObservation["status"]>>([
  ["created", "CREATED"],
  ["at_terminal", "AT_DEVICE"],
  ["processed", "PAID"],
  ["failed", "DECLINED"],
  ["canceled", "CANCELLED"],
  ["expired", "EXPIRED"],
  ["action_required", "NEEDS_CHECK"],
  ["refunded", "PAID"],
  ["charged_back", "PAID"],
  ["processing", "IN_REVIEW"],
]);

/** An order. It names its currency; `currency` is what its account is paid in, where it does not. */
export function readOrder(json: unknown, currency: Currency): PointOrderObservation | undefined {
  if (!isObject(json) || json.type !== "point") return undefined;
  const providerOrderId = readName(json.id);
  const providerStatus = readName(json.status);
  if (providerOrderId === null || providerStatus === null) return undefined;
  const { payments } = objectOf(json.transactions);
  const payment = objectOf(Array.isArray(payments) ? payments[0] : undefined);
  const told = readText(json.currency);
  const own = told !== null && isCurrency(told) ? told : currency;
  const detail = readName(payment.status_detail) ?? readName(json.status_detail);
  const status = statuses.get(providerStatus) ?? null;
  const isAsked = detail === "cancellation_requested";
  const isOpen = status === "CREATED" || status === "AT_DEVICE";
  return {
    providerOrderId,
    providerTransactionId: readName(payment.id),
    status: isOpen && isAsked ? "CANCEL_REQUESTED" : status,
    providerStatus,
    providerStatusDetail: detail,
    reference: readText(json.external_reference),
    providerDeviceId: readName(objectOf(objectOf(json.config).point).terminal_id),
    amount: readAmount(payment.amount, own) ?? null,
    paid: readAmount(payment.paid_amount, own) ?? null,
    tipMinor: readAmount(payment.tip_amount ?? 0, own)?.minor ?? 0n,
    providerPaymentId: readId(payment.reference_id),
    providerUpdatedAt: readDate(json.last_updated_date),
  };
}
