import type { PayWith, PayWithKind } from "../../domain/pay-with";
import { placeIn } from "../pay-with";
import type { CreatePaymentCommand, ProviderRefusal } from "../provider";
import { siteById, siteOfCountry } from "./sites";

const minute = 60;
const day = 24 * 60 * minute;

/** What has to be told of the payer, by its place in the input. */
const needs = {
  "payer.firstName": ({ payer }: CreatePaymentCommand) => payer.firstName,
  "payer.lastName": ({ payer }: CreatePaymentCommand) => payer.lastName,
  "payer.identification": ({ payer }: CreatePaymentCommand) => payer.identification,
  "payer.phone": ({ payer }: CreatePaymentCommand) => payer.phone,
  "additionalInfo.ipAddress": ({ ipAddress }: CreatePaymentCommand) => ipAddress,
  "payWith.voucher.address": ({ payWith }: CreatePaymentCommand) =>
    payWith?.kind === "VOUCHER" ? payWith.address : undefined,
  "payWith.voucher.address.state": ({ payWith }: CreatePaymentCommand) =>
    payWith?.kind === "VOUCHER" ? payWith.address?.state : undefined,
} as const;
type Need = keyof typeof needs;

/** One method, in the countries where sellers may offer it. */
interface Offer {
  readonly kind: PayWithKind;
  readonly id: string;
  /** ISO 3166 alpha-2. */
  readonly countries: readonly string[];
  readonly needs?: readonly Need[];
  /** The shortest and the longest time to pay that may be asked for, in seconds. */
  readonly validFor?: readonly [least: number, most: number];
}

/**
 * Choice: from a day to 30 days, after which no payment stays open; no page names limits. Three days are advised, since a
 * till's word takes hours.
 */
const voucherTime = [day, 30 * day] as const;

/**
 * What can be paid with, and what it needs: the one place that says so (docs: Pix, tickets, PSE, Yape). Cards are taken
 * everywhere. Whether a seller's account has a method, the provider says.
 */
const offers: readonly Offer[] = [
  { kind: "PIX", id: "pix", countries: ["BR"], validFor: [30 * minute, 30 * day] },
  {
    ...{ kind: "VOUCHER", id: "bolbradesco", countries: ["BR"], validFor: voucherTime },
    needs: [
      ...(["payer.firstName", "payer.lastName", "payer.identification"] as const),
      ...(["payWith.voucher.address", "payWith.voucher.address.state"] as const),
    ],
  },
  ...vouchers(["AR"], "rapipago", "pagofacil"),
  ...vouchers(["MX"], "oxxo", "paycash", "banamex", "bancomer"),
  ...vouchers(["CO"], "efecty"),
  ...vouchers(["PE"], "pagoefectivo_atm"),
  ...vouchers(["UY"], "abitab", "redpagos"),
  {
    ...{ kind: "BANK_REDIRECT", id: "pse", countries: ["CO"] },
    needs: ["payer.identification", "payer.phone", "additionalInfo.ipAddress"],
  },
  { kind: "WALLET_TOKEN", id: "yape", countries: ["PE"] },
];

function vouchers(countries: readonly string[], ...ids: readonly string[]): Offer[] {
  return ids.map((id) => ({ kind: "VOUCHER", id, countries, validFor: voucherTime }));
}

/** The provider's word for a way to pay; undefined for cards, whose word is the caller's. */
export function methodIdOf(payWith: PayWith): string | undefined {
  switch (payWith.kind) {
    case "CARD":
    case "VOUCHER":
      return payWith.methodId;
    default:
      return offers.find(({ kind }) => kind === payWith.kind)?.id;
  }
}

/** The forms that a listed method is paid by. */
export function formsOf(id: string, isCard: boolean): readonly PayWithKind[] {
  if (isCard) return ["CARD"];
  return offers.flatMap((offer) => (offer.id === id ? [offer.kind] : []));
}

/**
 * Why a way to pay cannot be taken in this country, each reason with its place. `country`: ISO 3166 or a site; one that
 * is not known decides nothing.
 */
export function methodRefusals(
  command: CreatePaymentCommand,
  country: string | null,
): readonly ProviderRefusal[] {
  const { payWith } = command;
  if (payWith === null) return [];
  if (payWith.kind === "CARD") return [];
  if (!command.capture) {
    return [refusal("Only a card's funds can be held before they are taken.", placeIn(payWith))];
  }
  const ofKind = offers.filter(({ kind }) => kind === payWith.kind);
  if (ofKind.length === 0) {
    return [refusal("Mercado Pago has no such way to pay.", placeIn(payWith))];
  }
  const site = siteById(country) ?? siteOfCountry(country);
  const here = ofKind.filter(({ countries }) => !site || countries.includes(site.country));
  if (here.length === 0) {
    const where = [...new Set(ofKind.flatMap(({ countries }) => countries))].join(", ");
    const message = `The seller's account is in ${site?.country}; this is paid in ${where} only.`;
    return [refusal(message, placeIn(payWith))];
  }
  const offer = here.find(({ id }) => id === methodIdOf(payWith));
  if (offer === undefined) {
    const message = `This voucher is none of ${here.map(({ id }) => id).join(", ")}.`;
    return [refusal(message, placeIn(payWith, "methodId"))];
  }
  return [...missing(offer, command), ...wrongTime(offer, payWith), ...useless(offer, payWith)];
}

function missing(offer: Offer, command: CreatePaymentCommand): ProviderRefusal[] {
  const absent = (offer.needs ?? []).filter((need) => !needs[need](command));
  // What is absent as a whole needs no word about its parts.
  return absent
    .filter((need) => !absent.some((other) => need.startsWith(`${other}.`)))
    .map((need) => refusal(`${offer.id} needs it.`, need));
}

function wrongTime({ id, validFor }: Offer, payWith: PayWith): ProviderRefusal[] {
  const seconds = "validForSeconds" in payWith ? payWith.validForSeconds : undefined;
  if (seconds === undefined || validFor === undefined) return [];
  const [least, most] = validFor;
  if (seconds >= least && seconds <= most) return [];
  const message = `${id} can be paid for ${least} to ${most} seconds.`;
  return [refusal(message, placeIn(payWith, "validForSeconds"))];
}

function useless(offer: Offer, payWith: PayWith): ProviderRefusal[] {
  const isAsked = offer.needs?.includes("payWith.voucher.address");
  if (payWith.kind !== "VOUCHER" || payWith.address === undefined || isAsked) return [];
  return [refusal(`${offer.id} takes no address.`, placeIn(payWith, "address"))];
}

function refusal(message: string, field: string): ProviderRefusal {
  return { code: "INVALID_INPUT", message, field, retryable: false };
}
