import { isObject, type JsonObject } from "../core/json-body";
import type { Caller } from "./caller";
import { parseWireDate } from "./dates";
import { refusal } from "./errors";
import { toMinor } from "./sites";

/** What POST /v1/payments takes (Mercado Pago docs: create payment); any other name is refused. */
const knownFields = new Set([
  "additional_info",
  "application_fee",
  "binary_mode",
  "callback_url",
  "campaign_id",
  "capture",
  "coupon_amount",
  "coupon_code",
  "date_of_expiration",
  "description",
  "differential_pricing_id",
  "external_reference",
  "forward_data",
  "installments",
  "issuer_id",
  "metadata",
  "notification_url",
  "order",
  "payer",
  "payment_method",
  "payment_method_id",
  "point_of_interaction",
  "sponsor_id",
  "statement_descriptor",
  "three_d_secure_mode",
  "token",
  "transaction_amount",
  "transaction_details",
]);

/** The parts of a payment request that the simulator acts on; everything else is stored as sent. */
export interface PaymentRequest {
  amountMinor: number;
  applicationFeeMinor: number;
  token: string | undefined;
  methodId: string | undefined;
  isCapturedAtOnce: boolean;
  isBinary: boolean;
  externalReference: string | null;
  metadata: JsonObject;
  expiresAt: number | undefined;
}

/** Reads and checks a request; throws the first refusal it meets, in the order of the fields here. */
export function readPaymentRequest(body: unknown, caller: Caller, now: number): PaymentRequest {
  const request = knownObject(body, knownFields);
  const { decimals } = caller.site;
  const amountMinor = readAmount(request.transaction_amount, decimals);
  checkPayer(request.payer);
  checkNotificationUrl(request.notification_url);
  return {
    amountMinor,
    applicationFeeMinor: readApplicationFee(request.application_fee, amountMinor, decimals),
    token: optionalString(request, "token"),
    methodId: optionalString(request, "payment_method_id"),
    isCapturedAtOnce: optionalBoolean(request, "capture") ?? true,
    isBinary: optionalBoolean(request, "binary_mode") ?? false,
    externalReference: readExternalReference(request.external_reference) ?? null,
    metadata: readMetadata(request.metadata) ?? {},
    expiresAt: readExpiry(request.date_of_expiration, now),
  };
}

export function knownObject(body: unknown, known: ReadonlySet<string>): JsonObject {
  if (!isObject(body)) throw refusal(1, "the body must be a JSON object");
  for (const name of Object.keys(body)) if (!known.has(name)) throw refusal(8, name);
  return body;
}

/** Card payments only: a positive whole number. */
export function checkInstallments(value: unknown): void {
  if (value === undefined || value === null) throw refusal(4004);
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) throw refusal(4005);
}

/**
 * Choice: at most 64 letters, digits, hyphens and underscores. The limit is documented for
 * preferences only; being strict here finds clients that would break there.
 */
export function readExternalReference(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(value)) {
    throw refusal(1, "external_reference");
  }
  return value;
}

/** Choice: stored exactly as sent. */
export function readMetadata(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw refusal(4022);
  return value;
}

export function readExpiry(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  const instant = parseWireDate(value);
  if (instant === undefined) throw refusal(23);
  if (instant <= now) throw refusal(7523);
  return instant;
}

function readAmount(value: unknown, decimals: number): number {
  if (value === undefined || value === null) throw refusal(4002);
  if (typeof value !== "number") throw refusal(4003);
  const minor = toMinor(value, decimals);
  // Choice: decimals that the currency does not take have no code of their own.
  if (minor === undefined || minor <= 0) throw refusal(4037);
  return minor;
}

function readApplicationFee(value: unknown, amountMinor: number, decimals: number): number {
  if (value === undefined || value === null) return 0;
  const minor = typeof value === "number" ? toMinor(value, decimals) : undefined;
  if (minor === undefined || minor < 0) throw refusal(4039);
  if (minor > amountMinor) throw refusal(4038);
  return minor;
}

function checkPayer(payer: unknown): void {
  if (!isObject(payer)) throw refusal(4006);
  const { email } = payer;
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw refusal(4050);
  if (email.length > 254) throw refusal(4051);
}

function checkNotificationUrl(value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "string" || !/^https?:\/\//.test(value) || !URL.canParse(value)) {
    throw refusal(4020);
  }
  if (value.length >= 500) throw refusal(4021);
}

function optionalString(request: JsonObject, name: string): string | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value === "") throw refusal(1, name);
  return value;
}

function optionalBoolean(request: JsonObject, name: string): boolean | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw refusal(1, name);
  return value;
}
