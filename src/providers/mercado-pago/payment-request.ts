import type { ErrorCode } from "../../domain/errors";
import type { Money } from "../../domain/money";
import { formatAmount } from "../../domain/money";
import type { CreatePaymentCommand, ItemDetails, PayerDetails, ProviderRefusal } from "../provider";
import { amountFault, amountLiteral, ExactNumber, toJson } from "./amounts";

/** The body of POST /v1/payments (docs, payments reference). `binary_mode` is left at its default. */
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
    token: command.cardToken ?? undefined,
    payment_method_id: command.methodId ?? undefined,
    issuer_id: command.issuerId ?? undefined,
    installments: command.installments ?? undefined,
    external_reference: command.reference,
    description: command.description ?? undefined,
    statement_descriptor: command.statementDescriptor ?? undefined,
    metadata: command.metadata ?? undefined,
    notification_url: command.notificationUrl ?? undefined,
    payer: payerOf(command.payer),
    additional_info: additionalInfoOf(command),
  });
}

/** Why a command cannot be sent as it is, found before anything is. */
export function paymentRefusal(command: CreatePaymentCommand): ProviderRefusal | undefined {
  const { amount, applicationFee, cardToken, installments, deviceId } = command;
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
