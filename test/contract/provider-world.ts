import { randomUUID } from "node:crypto";
import { type Currency, decimalsOf, type Money } from "../../src/domain/money";
import type {
  CreatePaymentCommand,
  EffectCall,
  Outcome,
  PaymentOperations,
  ProviderAdapter,
  ProviderCredentials,
  RefundOperations,
  WebhookRequest,
} from "../../src/providers/provider";

/** How a call is made to go wrong, and whether it happens at the provider all the same. */
export type Mishap =
  | "done, then reset"
  | "done, then 500"
  | "done, then half an answer"
  | "done, then nonsense"
  | "done, then silence"
  | "not done, reset"
  | "not done, silence"
  | "not done, 503"
  | "not done, 429";

export type BuyerFate = "approved" | "rejected" | "in review";

/** A provider's stand-in, with a seller of its own, and what truly happened there. */
export interface ProviderWorld {
  readonly adapter: ProviderAdapter;
  /** The same with a short deadline, for providers that keep silent. */
  readonly impatient: ProviderAdapter;
  readonly credentials: ProviderCredentials;
  /** What the seller is paid in. */
  readonly currency: Currency;
  readonly webhookSecret: string;
  /** What the payment form hands over for a buyer whose payment will end like that. */
  card(fate: BuyerFate): Promise<Pick<CreatePaymentCommand, "cardToken" | "methodId">>;
  /** Of the next call that has an effect. */
  plan(mishap: Mishap): Promise<void>;
  /** How often money was taken, and given back, for a payment of ours. */
  truth(reference: string): Promise<{ readonly charges: number; readonly refunds: number }>;
  /** The next notification about anything of this seller. */
  nextDelivery(): Promise<WebhookRequest>;
  /** An id of the right form that no payment has. */
  readonly missingPaymentId: string;
  close(): Promise<void>;
}

/** The smallest sum that the provider takes in the seller's currency, in minor units. */
export function stepOf({ adapter, currency }: ProviderWorld): bigint {
  const taken = adapter.currencies.get(currency);
  if (taken === undefined) throw new Error(`${adapter.name} does not settle in ${currency}`);
  return 10n ** BigInt(decimalsOf(currency) - taken);
}

export function money(world: ProviderWorld, minor: bigint): Money {
  const step = stepOf(world);
  return { minor: (minor / step) * step, currency: world.currency };
}

export function aReference(): string {
  return `pay_${randomUUID().replaceAll("-", "").slice(0, 26).toUpperCase()}`;
}

interface Wish {
  readonly fate?: BuyerFate;
  readonly capture?: boolean;
}

export async function aCommand(
  world: ProviderWorld,
  { fate = "approved", capture = true }: Wish = {},
): Promise<CreatePaymentCommand> {
  return {
    reference: aReference(),
    amount: money(world, 1_234_568n),
    applicationFee: null,
    capture,
    ...(await world.card(fate)),
    issuerId: null,
    installments: 1,
    payer: { email: "buyer@testuser.com", firstName: "Ana", lastName: "Ñandú" },
    description: "Two mugs",
    statementDescriptor: null,
    metadata: { order: "A-1" },
    items: [{ title: "Mug", quantity: 2, unitPrice: money(world, 617_284n) }],
    additionalPayer: null,
    ipAddress: "203.0.113.7",
    deviceId: "armor.device-1",
    notificationUrl: null,
  };
}

export function aCall({ credentials }: ProviderWorld): EffectCall {
  return { credentials, idempotencyKey: randomUUID() };
}

/** Only silence is waited for with a short deadline: a slow machine must not look like a silent provider. */
export function during(world: ProviderWorld, mishap: Mishap): PaymentOperations {
  const { adapter, impatient } = world;
  return payments({ ...world, adapter: mishap.endsWith("silence") ? impatient : adapter });
}

export function payments({ adapter }: ProviderWorld): PaymentOperations {
  if (adapter.payments === undefined) throw new Error(`${adapter.name} takes no payments`);
  return adapter.payments;
}

export function refunds({ adapter }: ProviderWorld): RefundOperations {
  if (adapter.refunds === undefined) throw new Error(`${adapter.name} makes no refunds`);
  return adapter.refunds;
}

export function accepted<T>(outcome: Outcome<T>): T {
  if (outcome.kind === "accepted") return outcome.value;
  throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
}
