import type { EffectCall, Outcome, TransferOperations } from "../provider";
import { minorNumber } from "./amounts";
import { sellerPath } from "./balances";
import { isSuccess, type PayuClient } from "./client";
import { transferErrors, transferExists } from "./errors";
import { failureOf } from "./failures";
import { readEnvelope } from "./wire";

const paths = {
  SELLER_TO_MARKETPLACE: "feeDebitTransfer",
  MARKETPLACE_TO_SELLER: "feeCreditTransfer",
} as const;

/** Transfers between a seller's balance and the marketplace's. */
export class PayuTransfers implements TransferOperations {
  constructor(private readonly client: PayuClient) {}

  async create(
    { direction, amount, description }: Parameters<TransferOperations["create"]>[0],
    call: EffectCall,
  ): Promise<Outcome<null>> {
    const reply = await this.client.ask(call.credentials.shop, () => ({
      operation: paths[direction],
      method: "POST",
      path: `${sellerPath(call)}/${paths[direction]}`,
      body: {
        amount: minorNumber(amount),
        currencyCode: amount.currency,
        description,
        extTransferId: call.idempotencyKey,
      },
    }));
    if (reply.kind !== "answer") return reply;
    const { codeLiteral, statusCode } = readEnvelope(reply.json);
    if (isSuccess(reply)) {
      // The answer shows nothing of the transfer but this word. Without it, a resend under the same id tells what the
      // transfer came to.
      return statusCode === "SUCCESS"
        ? { kind: "accepted", value: null }
        : reply.unreadable(`HTTP ${reply.status} with ${statusCode ?? "no status"}`);
    }
    // Our ids are ours alone: one that is there was carried out.
    return codeLiteral === transferExists
      ? { kind: "accepted", value: null }
      : failureOf(reply, transferErrors);
  }
}
