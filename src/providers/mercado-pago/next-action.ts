import type { NextAction } from "../../domain/next-action";
import { type JsonObject, objectOf, readDate, readName, readText, readUrl } from "../json";
import { digitableLineOf } from "./boleto";

/**
 * How long a payer has for a card's challenge: about five minutes (docs, 3DS). Mercado Pago names no end and may leave the
 * payment pending, so that the end is ours; what became of the payment is then looked up.
 */
const challengeMs = 5 * 60_000;

/** The picture of a code has some kilobytes; what is much longer is none. */
const longestImage = 100_000;

/** Methods whose page is a voucher's, to be printed or read out; any other page is one to pay on. */
const voucherTypes: ReadonlySet<string | null> = new Set(["ticket", "atm"]);

/** What the payer does next (docs: Pix, tickets, PSE, 3DS); null for nothing. */
export function readNextAction(payment: JsonObject): NextAction | null {
  if (payment.status !== "pending") return null;
  const expiresAt = readDate(payment.date_of_expiration);
  const details = objectOf(payment.transaction_details);
  const page = readUrl(details.external_resource_url);
  if (payment.status_detail === "pending_challenge") return readChallenge(payment);
  const pix = objectOf(objectOf(payment.point_of_interaction).transaction_data);
  const code = readText(pix.qr_code);
  if (code !== null) {
    const imageBase64 = readImage(pix.qr_code_base64);
    const pageUrl = readUrl(pix.ticket_url) ?? page;
    return { kind: "SHOW_QR_CODE", text: code, imageBase64, pageUrl, expiresAt };
  }
  if (voucherTypes.has(readName(payment.payment_type_id))) {
    return readVoucher(details, page, expiresAt);
  }
  const url = page ?? readUrl(pix.ticket_url);
  // Banks and wallets refuse to be framed.
  return url === null ? null : { kind: "GO_TO_PAGE", url, mayBeFramed: false, expiresAt };
}

/** When a payment ends by itself if the payer does nothing; null where nobody says so. */
export function readExpiry(payment: JsonObject): Date | null {
  const told = readDate(payment.date_of_expiration);
  if (told !== null || payment.status_detail !== "pending_challenge") return told;
  const made = readDate(payment.date_created);
  return made && new Date(made.getTime() + challengeMs);
}

function readChallenge(payment: JsonObject): NextAction | null {
  // The older text of the docs spells it without its second line.
  const { external_resource_url, creq } = objectOf(payment.three_ds_info ?? payment.three_dsinfo);
  const url = readUrl(external_resource_url);
  if (url === null) return null;
  return { kind: "CARD_CHALLENGE", url, creq: readText(creq), expiresAt: readExpiry(payment) };
}

/** A voucher needs something to show. */
function readVoucher(
  details: JsonObject,
  pageUrl: string | null,
  expiresAt: Date | null,
): NextAction | null {
  const barcode = readText(objectOf(details.barcode).content);
  const voucher = {
    ...{ kind: "SHOW_VOUCHER" as const, pageUrl, barcode, expiresAt },
    digitableLine: readText(details.digitable_line) ?? digitableLineOf(barcode),
    reference: readText(details.payment_method_reference_id),
    verificationCode: readText(details.verification_code),
  };
  return pageUrl === null && barcode === null && voucher.reference === null ? null : voucher;
}

/** Base64 of a PNG, without a mark in front. */
function readImage(value: unknown): string | null {
  const image = readText(value);
  if (image === null || image.length > longestImage) return null;
  return /^[A-Za-z0-9+/]+={0,2}$/.test(image) ? image : null;
}
