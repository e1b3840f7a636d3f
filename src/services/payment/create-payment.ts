import type { UnitOfWork } from "../../database/database";
import { notFound, refuse, refuseAny } from "../../domain/errors";
import { type Ppm, shareOf } from "../../domain/fee-policy";
import type { MarketplaceOrderId } from "../../domain/ids";
import { type Money, parseAmount } from "../../domain/money";
import type { ObservationSource, PaymentObservation } from "../../domain/payment-observation";
import type { Capability } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import type { OperationEntity } from "../../entities/operation.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { CreatePaymentCommand, Outcome } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { routeTo } from "../accounts/routing";
import { refusalOf } from "../shared/refusal-of-provider";
import { applyObservation, type PaymentChanges } from "./apply-observation";
import { addingUnlessTwin, finalDeclinesOf, fingerprintOf } from "./near-identical";
import { commandOf, moneyOf, newPayment } from "./payment-draft";
import { type CreatePaymentArgs, createPaymentForms, tokenOf } from "./payment-input";
import { countPaymentsWithinLimits } from "./payment-limits";
import { paymentRows } from "./payment-rows";

/** What marketplace orders make of changes of their carts, in the unit that changes the cart's payment, and after it. */
export interface CartHooks {
  /** The provider showed that a cart has changed. */
  onCartChanged(
    unit: UnitOfWork,
    cart: PaymentEntity,
    orderId: MarketplaceOrderId,
    source: ObservationSource,
  ): Promise<unknown>;
  /** The payer's time for a cart is over, and the provider still shows it as waiting. */
  onCartOverdue(unit: UnitOfWork, orderId: MarketplaceOrderId): void;
  /** A refund of a cart has ended. */
  onCartRefunded(
    unit: UnitOfWork,
    orderId: MarketplaceOrderId,
    source: ObservationSource,
  ): Promise<unknown>;
}

export interface PaymentDependencies extends PaymentChanges, CartHooks {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  readonly limits: BusinessLimits;
  /** Where providers send their notifications of this one payment; null leaves it to their own settings. */
  readonly notificationUrlOf: (provider: PaymentEntity["provider"], shop: string) => string | null;
}

/** A payment being made: its row, and what the provider has to be told. */
export interface PaymentInMaking {
  payment: PaymentEntity;
  readonly account: ProviderAccountEntity;
  /** What the provider is told, the same at every attempt; null where that is lost, and nothing is sent. */
  readonly command: CreatePaymentCommand | null;
}

/** No provider says how fast its search finds a new payment; several looks over ten minutes are waited for. */
const searchLagMs = 10 * 60_000;

/** Takes a payment: routed, written down, sent once. */
export function createPaymentKind(
  deps: PaymentDependencies,
): OperationKind<CreatePaymentArgs, PaymentInMaking, PaymentObservation, CreatePaymentArgs> {
  const { database, registry, clock } = deps;
  const addUnlessTwin = addingUnlessTwin(database, finalDeclinesOf(registry), clock);
  return {
    name: "createPayment",
    plan: (args) => plan(deps, args, addUnlessTwin),
    commandForms: createPaymentForms,
    // The twin is all that the claim checks.
    explainConflict: async () => ({
      code: "NEAR_IDENTICAL_PAYMENT",
      message:
        "almost the same payment was made less than a minute ago; set allowNearIdentical if it is meant",
      path: ["input"],
    }),
    load: (operation, args) => load(deps, operation, args),
    lookUp: ({ payment, account }) =>
      deps.accounts.call(account, (credentials) =>
        operationsOf(deps, payment).findByReference(payment.id, { credentials }),
      ),
    doubtMs: searchLagMs,
    send: ({ payment, account, command }, idempotencyKey) => {
      if (command === null) throw new Error(`what to ask for ${payment.id} is lost`);
      return deps.accounts.call(account, (credentials) =>
        operationsOf(deps, payment).create(command, { credentials, idempotencyKey }),
      );
    },
    settle: (unit, making, outcome, clashed) => settlePayment(deps, unit, making, outcome, clashed),
  };
}

async function plan(
  deps: PaymentDependencies,
  args: CreatePaymentArgs,
  addUnlessTwin: ReturnType<typeof addingUnlessTwin>,
): Promise<Intent<PaymentInMaking, CreatePaymentArgs>> {
  const amount = moneyOf(args, args.amount);
  const fingerprint = fingerprintOf(args, amount);
  const seller = await deps.accounts.ofSellerIn(args.marketplaceId, args.sellerId);
  if (seller === undefined) throw notFound("seller", ["input", "sellerId"]);
  const { account, decimals } = routeTo("payments", deps.registry, seller.accounts, {
    currency: amount.currency,
    provider: args.provider,
    capabilities: needsOf(args, seller.feePpm),
  });
  refuseSurplusDecimals(args, decimals);
  const fee = feeOf(args, amount, seller.feePpm, decimals);
  const payment = newPayment(deps, args, { account, amount, fee, fingerprint });
  const command = toldTo(deps, payment, account, args);
  const refusals = operationsOf(deps, payment).refusalsOf(command, account.country);
  refuseAny(refusals.map((refusal) => refusalOf(payment, refusal)));
  const { marketplaceId, sellerId, ipAddress } = args;
  const token = tokenOf(args);
  await countPaymentsWithinLimits(deps.limits, {
    marketplaceId,
    sellerIds: [sellerId],
    ipAddress,
    cardTokens: token === undefined ? [] : [token],
  });
  return {
    sellerId: payment.sellerId,
    subjectId: payment.id,
    state: { payment, account, command },
    command: args,
    write: (unit) => {
      if (args.allowNearIdentical) unit.change(deps.database.table(PaymentEntity).insert(payment));
      else addUnlessTwin(unit, payment);
      deps.events.append(unit, paymentRows.created(payment, "API"));
    },
  };
}

async function load(
  deps: PaymentDependencies,
  operation: OperationEntity,
  args: CreatePaymentArgs | null,
): Promise<PaymentInMaking> {
  const payment = await paymentRows.read(deps, operation.subjectId);
  const account = await deps.accounts.byId(payment.accountId);
  return { payment, account, command: args && toldTo(deps, payment, account, args) };
}

function toldTo(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  account: ProviderAccountEntity,
  args: CreatePaymentArgs,
): CreatePaymentCommand {
  return commandOf(payment, args, deps.notificationUrlOf(payment.provider, account.shop));
}

/** Writes what came of asking for a payment; carts of orders are asked for by themselves, too. */
export function settlePayment(
  deps: PaymentChanges,
  unit: UnitOfWork,
  making: { payment: PaymentEntity },
  outcome: Outcome<PaymentObservation>,
  clashed: boolean,
): Settlement | Promise<Settlement> {
  const { payment } = making;
  return paymentRows.settle(deps, unit, payment, outcome, clashed, {
    apply: (seen, holder) => applyObservation(deps, unit, payment, seen, "API", {}, holder),
    providerIdOf: ({ providerPaymentId }) => providerPaymentId,
    became: (row) => {
      making.payment = row;
    },
  });
}

/** The provider's payment operations; an account is only ever made for a provider that has them. */
export function operationsOf(deps: PaymentDependencies, payment: PaymentEntity) {
  const operations = deps.registry.get(payment.provider)?.payments;
  if (operations === undefined) throw new Error(`${payment.provider} takes no payments here`);
  return operations;
}

/** What the caller named, or else the marketplace's policy for the seller, whoever calls. */
function feeOf(
  args: CreatePaymentArgs,
  amount: Money,
  feePpm: Ppm | null,
  decimals: number,
): Money | null {
  if (args.applicationFee !== undefined) return moneyOf(args, args.applicationFee);
  return feePpm === null ? null : shareOf(amount, feePpm, decimals);
}

function needsOf(args: CreatePaymentArgs, feePpm: Ppm | null): Capability[] {
  const { payWith, cardToken } = args;
  const isCard = payWith === undefined ? cardToken !== undefined : payWith.kind === "CARD";
  const needs: Capability[] = [isCard ? "CARD_PAYMENTS" : "OTHER_PAYMENT_METHODS"];
  if (!args.capture) needs.push("SEPARATE_CAPTURE");
  if (args.applicationFee !== undefined || feePpm !== null) needs.push("APPLICATION_FEE");
  return needs;
}

function refuseSurplusDecimals(args: CreatePaymentArgs, decimals: number): void {
  const amounts: [string, string | undefined][] = [
    ["amount", args.amount],
    ["applicationFee", args.applicationFee],
  ];
  for (const [field, text] of amounts) {
    if (text !== undefined && typeof parseAmount(text, args.currency, decimals) === "string") {
      throw refuse(
        "TOO_MANY_DECIMALS",
        `the provider takes ${args.currency} with ${decimals} decimals`,
        ["input", field],
      );
    }
  }
}
