import { generate } from "lean-qr";
import { toPngBuffer } from "lean-qr/extras/node_export";
import { isObject, type JsonObject } from "../core/json-body";
import { emvField as field, withChecksum } from "./emv";
import { refusal } from "./errors";
import type { Payment } from "./model";
import type { PaymentMethod } from "./payment-methods";
import { siteOf, toMajor } from "./sites";

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * How long a payer may take by default: a day for Pix, 20 minutes for PSE (docs). The default of vouchers is not published;
 * choice: three days. Other methods take `otherwise`, which holds for every payment that stays open.
 */
const openForMs: Readonly<Record<string, number>> = { pix: day, pse: 20 * minute };

export function defaultOpenMs({ id, type }: PaymentMethod, otherwise: number): number {
  return openForMs[id] ?? (type === "ticket" || type === "atm" ? 3 * day : otherwise);
}

/** The dates that Pix takes (docs): 30 minutes to 30 days ahead. Choice: the error is that of any bad date. */
export function checkExpiry(method: PaymentMethod, expiresInMs: number): void {
  if (method.id !== "pix") return;
  if (expiresInMs < 29 * minute || expiresInMs > 30 * day + minute) {
    throw refusal(7523, "Pix takes 30 minutes to 30 days");
  }
}

/** What a method wants to know (docs: boleto, PSE). Choice: cause 1, with the field's name, for what is missing. */
const needed: Readonly<Record<string, readonly string[]>> = {
  bolbradesco: [
    ...["payer.first_name", "payer.last_name", "payer.identification.number"],
    ...["zip_code", "street_name", "street_number", "neighborhood", "city", "federal_unit"].map(
      (field) => `payer.address.${field}`,
    ),
  ],
  pse: [
    ...["transaction_details.financial_institution", "payer.entity_type", "callback_url"],
    ...["payer.identification.number", "payer.address.street_name", "payer.phone.number"],
    "additional_info.ip_address",
  ],
};

export function checkNeeds({ id }: PaymentMethod, request: JsonObject): void {
  for (const path of needed[id] ?? []) {
    const value = path
      .split(".")
      .reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), request);
    if (typeof value !== "string" || value === "") throw refusal(1, `${path} is required`);
  }
}

/** A Pix code in the form of the central bank's manual (BR Code): EMV fields, and a checksum that apps check. */
export function pixCode(payment: Payment): string {
  const { decimals } = siteOf(payment.siteId);
  const key = `00000000-0000-4000-8000-${String(payment.id).padStart(12, "0").slice(-12)}`;
  const fields = [
    field("00", "01"),
    field("26", field("00", "br.gov.bcb.pix") + field("01", key)),
    field("52", "0000"),
    field("53", "986"),
    field("54", toMajor(payment.amountMinor, decimals).toFixed(decimals)),
    field("58", "BR"),
    field("59", "LOJA SIMULADA"),
    field("60", "SAO PAULO"),
    field("62", field("05", `mpqrinter${payment.id}`)),
  ].join("");
  return withChecksum(fields);
}

/** A PNG in base64, without a mark in front. */
export function qrImage(text: string): string {
  return Buffer.from(toPngBuffer(generate(text), { scale: 5, pad: 4 })).toString("base64");
}

/**
 * What a voucher shows: the barcode's digits and, for tills, a number. A boleto's has 44 digits, with the sum in ten of
 * them; the others are read as Code 128.
 */
export function voucherOf(payment: Payment): { barcode: JsonObject; reference: string } {
  const reference = String(payment.id).padStart(10, "0").slice(-10);
  const cents = String(payment.amountMinor).padStart(10, "0");
  if (payment.methodId !== "bolbradesco") {
    const content = `3335008800000${reference}${cents.slice(-10)}`;
    return { barcode: { type: "Code128C", content }, reference };
  }
  const free = reference.padStart(25, "0");
  const rest = `23790000${cents}${free}`;
  const content = `2379${elevenOf(rest)}0000${cents}${free}`;
  return { barcode: { type: "Code128C", content }, reference };
}

/** The check digit in the middle of a boleto's barcode: modulo 11, with weights 2 to 9 from the right. */
function elevenOf(digits: string): number {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (2 + (index % 8)), 0);
  const rest = 11 - (sum % 11);
  return rest > 9 ? 1 : rest;
}
