import type { ErrorCode } from "../../domain/errors";
import type { Money } from "../../domain/money";
import { formatAmount } from "../../domain/money";
import type { PayerPlace, PayWith } from "../../domain/pay-with";
import { inPayWith } from "../pay-with";
import type { CreatePaymentCommand, ItemDetails, PayerDetails, ProviderRefusal } from "../provider";
import { amountFault, amountLiteral, ExactNumber, toJson } from "./amounts";
import { methodIdOf, methodRefusals } from "./methods";

/** The body of POST /v1/payments (docs, payments reference). */
export function paymentBody(command: CreatePaymentCommand): string {
  const { applicationFee } = command;
  return toJson({
    transaction_amount: amountLiteral(command.amount),
    // Without a fee the field stays out: zero is documented neither as allowed nor as refused.
    application_fee:
      applicationFee !== null && applicationFee.minor !== 0n
        ? amountLiteral(applicationFee)
        : undefined,
    // Taken at once is the default.
    capture: command.capture ? undefined : false,
    ...meansOf(command),
    external_reference: command.reference,
    description: command.description ?? undefined,
    statement_descriptor: command.statementDescriptor ?? undefined,
    metadata: command.metadata ?? undefined,
    notification_url: command.notificationUrl ?? undefined,
    payer: { ...payerOf(command.payer), ...placeOfPayer(command.payWith) },
    additional_info: additionalInfoOf(command),
  });
}

/** What it is paid with, in Mercado Pago's fields. `binary_mode` is left at its default but where it must not be true. */
function meansOf(command: CreatePaymentCommand): object {
  const { payWith } = command;
  if (payWith === null) {
    return {
      token: command.cardToken ?? undefined,
      payment_method_id: command.methodId ?? undefined,
      issuer_id: command.issuerId ?? undefined,
      installments: command.installments ?? undefined,
    };
  }
  const method = { payment_method_id: methodIdOf(payWith) };
  switch (payWith.kind) {
    case "CARD":
      return {
        token: payWith.token,
        ...method,
        issuer_id: payWith.issuerId,
        installments: payWith.installments,
        ...(payWith.threeDSecure && { three_d_secure_mode: "optional", binary_mode: false }),
      };
    case "PIX":
    case "VOUCHER":
      return { ...method, date_of_expiration: endOf(command, payWith.validForSeconds) };
    case "BANK_REDIRECT":
      return {
        ...method,
        transaction_details: { financial_institution: payWith.bank },
        callback_url: payWith.returnUrl,
      };
    case "WALLET_TOKEN":
      return { token: payWith.token, ...method, installments: 1 };
    case "PAY_BY_LINK":
    case "BLIK":
      throw new TypeError(`${payWith.kind} was refused before`);
  }
}

/** A date with milliseconds and offset, as all samples have it. */
function endOf({ madeAt }: CreatePaymentCommand, seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return new Date(madeAt.getTime() + seconds * 1_000).toISOString().replace("Z", "+00:00");
}

/** What boletos and banks ask of the payer beside what all payments tell (docs: boleto, PSE). */
function placeOfPayer(payWith: PayWith | null): object {
  if (payWith?.kind === "VOUCHER" && payWith.address !== undefined) {
    return { address: wholeAddressOf(payWith.address) };
  }
  if (payWith?.kind !== "BANK_REDIRECT") return {};
  return {
    entity_type: payWith.personType === "NATURAL" ? "individual" : "association",
    address: wholeAddressOf(payWith.address),
  };
}

function wholeAddressOf(place: PayerPlace): object {
  return {
    zip_code: place.zipCode,
    street_name: place.street,
    street_number: place.number,
    neighborhood: place.neighborhood,
    city: place.city,
    federal_unit: place.state,
  };
}

/** Why a command cannot be sent as it is, found before anything is. */
export function paymentRefusals(
  command: CreatePaymentCommand,
  country: string | null,
): readonly ProviderRefusal[] {
  const refusal = paymentRefusal(command);
  return [
    ...(refusal === undefined ? [] : [inPayWith(command.payWith, refusal)]),
    ...methodRefusals(command, country),
  ];
}

function paymentRefusal(command: CreatePaymentCommand): ProviderRefusal | undefined {
  const { amount, applicationFee, payWith, deviceId } = command;
  const { token: cardToken, installments = null } =
    payWith?.kind === "CARD"
      ? payWith
      : { token: command.cardToken, installments: command.installments };
  const ofAmount = amountRefusal(amount, "amount");
  if (ofAmount !== undefined) return ofAmount;
  if (applicationFee !== null && applicationFee.minor !== 0n) {
    const ofFee = amountRefusal(applicationFee, "applicationFee");
    if (ofFee !== undefined) return ofFee;
  }
  // Its error 4004, seen without asking.
  if (cardToken !== null && installments === null) {
    const message = "A card payment needs installments: 1 pays all at once.";
    return { code: "INVALID_INPUT", field: "installments", message, retryable: false };
  }
  // It becomes a header: what does not fit into one must not get there.
  if (deviceId !== null && !/^[\x21-\x7e]{1,256}$/.test(deviceId)) {
    const message = "The device id has characters that none of Mercado Pago's has.";
    return { code: "INVALID_INPUT", field: "deviceId", message, retryable: false };
  }
  return undefined;
}

const amountMessages: Partial<Record<ErrorCode, string>> = {
  UNSUPPORTED_CURRENCY: "Mercado Pago does not settle in this currency.",
  TOO_MANY_DECIMALS: "Mercado Pago takes whole amounts only in this currency.",
  INVALID_AMOUNT: "The amount is not above zero, or larger than can be sent.",
};

export function amountRefusal(amount: Money, field: string): ProviderRefusal | undefined {
  const code = amountFault(amount);
  if (code === undefined) return undefined;
  return { code, field, message: amountMessages[code] ?? code, retryable: false };
}

function payerOf(payer: PayerDetails): object {
  return {
    email: payer.email,
    first_name: payer.firstName,
    last_name: payer.lastName,
    identification: payer.identification,
    phone: phoneOf(payer.phone),
    address: addressOf(payer.address),
  };
}

/**
 * For fraud scoring: the more of it, the more payments are approved (docs, approval advice). What is not
 * told of the buyer separately is repeated from the payer.
 */
function additionalInfoOf(command: CreatePaymentCommand): object {
  const { items, payer, ipAddress } = command;
  const buyer = { ...payer, ...command.additionalPayer };
  return {
    ip_address: ipAddress ?? undefined,
    items: items.length === 0 ? undefined : items.map(itemOf),
    payer: {
      first_name: buyer.firstName,
      last_name: buyer.lastName,
      phone: phoneOf(buyer.phone),
      address: addressOf(buyer.address),
      registration_date: buyer.registeredAt,
    },
  };
}

function itemOf(item: ItemDetails): object {
  return {
    id: item.id,
    title: item.title,
    description: item.description,
    category_id: item.categoryId,
    picture_url: item.pictureUrl,
    quantity: item.quantity,
    unit_price: new ExactNumber(formatAmount(item.unitPrice)),
  };
}

function phoneOf(phone: PayerDetails["phone"]): object | undefined {
  return phone && { area_code: phone.areaCode, number: phone.number };
}

function addressOf(address: PayerDetails["address"]): object | undefined {
  return (
    address && {
      zip_code: address.zipCode,
      street_name: address.street,
      street_number: address.number,
    }
  );
}
