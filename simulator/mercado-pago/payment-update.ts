import { isObject, type JsonObject } from "../core/json-body";
import { refusal } from "./errors";
import type { Payment } from "./model";
import { cancelPayment, capturePayment, editPayment, isOpen, planExpiry } from "./moves";
import { knownObject, readExpiry, readExternalReference, readMetadata } from "./payment-request";
import { siteOf, toMinor } from "./sites";
import type { World } from "./world";

const knownFields = new Set([
  "status",
  "capture",
  "transaction_amount",
  "date_of_expiration",
  "metadata",
  "external_reference",
]);

/** PUT /v1/payments/:id: cancel, capture, or change the payment's own data. */
export function updatePayment(world: World, payment: Payment, body: unknown): void {
  const request = knownObject(body, knownFields);
  if (request.status !== undefined) {
    cancel(world, payment, request.status);
  } else if (request.capture !== undefined || request.transaction_amount !== undefined) {
    capture(world, payment, request);
  } else {
    edit(world, payment, request);
  }
}

/** Choice: an authorized payment may be cancelled too; the older page knows only the other two states. */
function cancel(world: World, payment: Payment, status: unknown): void {
  if (status !== "cancelled" || !isOpen(payment)) throw refusal(2018);
  cancelPayment(world, payment, "by_collector");
}

function capture(world: World, payment: Payment, request: JsonObject): void {
  if (request.capture !== true || payment.status !== "authorized") throw refusal(2018);
  const asked = request.transaction_amount;
  if (asked === undefined || asked === null) {
    capturePayment(world, payment, payment.amountMinor);
    return;
  }
  const { decimals } = siteOf(payment.siteId);
  const amountMinor = typeof asked === "number" ? toMinor(asked, decimals) : undefined;
  // Choice: which of the two documented codes stands for which fault is not said.
  if (amountMinor === undefined || amountMinor <= 0) throw refusal(2079);
  if (amountMinor > payment.amountMinor) throw refusal(2078);
  capturePayment(world, payment, amountMinor);
}

function edit(world: World, payment: Payment, request: JsonObject): void {
  const expiresAt = readExpiry(request.date_of_expiration, world.clock.now());
  const metadata = readMetadata(request.metadata);
  const reference = readExternalReference(request.external_reference);
  if (expiresAt !== undefined && !isOpen(payment)) throw refusal(2018);
  if (expiresAt !== undefined) payment.expiresAt = expiresAt;
  if (metadata !== undefined && isObject(metadata)) payment.metadata = metadata;
  if (reference !== undefined) world.payments.changeReference(payment, reference);
  editPayment(world, payment);
  if (expiresAt !== undefined) planExpiry(world, payment);
}
