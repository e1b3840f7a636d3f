import type { PaymentEntity } from "../../entities/payment.entity";
import { type Heard, type Hearer, hearOfLost, type Notice, type Subject } from "../inbox/hearing";
import { isLost } from "../upkeep/lost-payments";
import type { PaymentDependencies } from "./create-payment";
import { paymentByProviderId, paymentByReference } from "./find-payment";
import { applySeen, lookUpPayment } from "./look-up-payment";

/** Looks at payments that notifications name. */
export class PaymentHearer implements Hearer<"payment"> {
  constructor(private readonly deps: PaymentDependencies) {}

  async hear(notice: Notice, subject: Subject<"payment">): Promise<string> {
    const { provider, verdict } = notice;
    const known = await paymentByProviderId(
      this.deps.database,
      provider,
      subject.providerPaymentId,
    );
    if (verdict === "unsigned") return this.#followHint(known);
    return known === undefined ? this.#lookAtUnknown(notice, subject) : this.#lookAt(known);
  }

  find(
    { provider }: Pick<Notice, "provider">,
    { providerPaymentId }: Subject<"payment">,
  ): Promise<Heard | undefined> {
    return paymentByProviderId(this.deps.database, provider, providerPaymentId);
  }

  async #lookAt(payment: PaymentEntity): Promise<string> {
    return (await lookUpPayment(this.deps, payment, "WEBHOOK")) ? "looked up" : "again";
  }

  /**
   * Looks at a payment of ours, so often in a minute as the limit of its seller's account says. Nobody else is called:
   * whoever is named beside the payment may be anyone.
   */
  async #followHint(known: PaymentEntity | undefined): Promise<string> {
    if (known === undefined) return "ignored: no such payment";
    const secondsToWait = await this.deps.limits.unsignedLooks?.take(known.accountId);
    return secondsToWait === undefined ? this.#lookAt(known) : "again";
  }

  /**
   * A payment whose provider id we do not have yet: it may be ours, with the answer still on its way. The
   * provider's own record names our reference; the seller's account is needed to read it.
   */
  async #lookAtUnknown(
    notice: Notice,
    { providerPaymentId, providerAccountId }: Subject<"payment">,
  ): Promise<string> {
    const { accounts, alerts, database, registry } = this.deps;
    const { provider } = notice;
    if (providerAccountId === null) return "ignored: no such payment";
    const account = await accounts.byProviderId(provider, "", providerAccountId);
    const operations = registry.get(provider)?.payments;
    if (account === undefined || account.credentialsSealed === null || operations === undefined) {
      return "ignored: a stranger's account";
    }
    const outcome = await accounts.call(account, (credentials) =>
      operations.get(providerPaymentId, { credentials }),
    );
    if (outcome.kind !== "accepted") return "again";
    const seen = outcome.value;
    if (seen === null) return "ignored: not our payment";
    const payment = await paymentByReference(database, provider, seen.reference);
    if (payment === undefined && isLost(account, seen)) {
      const facts = { accountId: account.id, reference: seen.reference };
      const { marketplaceId, sellerId } = account;
      return hearOfLost(alerts, notice, { id: seen.reference, marketplaceId, sellerId }, facts);
    }
    if (payment?.accountId !== account.id) return "ignored: not our payment";
    await applySeen(this.deps, payment, seen, "WEBHOOK");
    return "looked up";
  }
}
