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
  madeAt: new Date("2026-01-10T14:10:10.000Z"),
  payWith: null,
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
