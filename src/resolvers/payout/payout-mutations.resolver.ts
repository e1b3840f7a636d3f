import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { CreatePayoutInput, TransferFundsInput } from "../../schema/payout/payout.input";
import { CreatePayoutPayload, TransferFundsPayload } from "../../schema/payout/payout.payloads";
import type { RequestContext } from "../context";
import { answer, toUserErrors } from "../mutation";
import { toTransfer } from "../transfer/transfer.view";
import { readCreatePayout, readTransfer } from "./payout.input";
import { toPayout } from "./payout.view";

/** What moves sellers' balances. */
@Resolver()
export class PayoutMutationsResolver {
  @Mutation(() => CreatePayoutPayload, {
    description:
      "Pays a seller out of its balance to its bank account, exactly once for each idempotencyKey. For the marketplace only: it decides when a seller is paid out.",
  })
  createPayout(
    @Arg("input", () => CreatePayoutInput, { description: "The payout." }) input: CreatePayoutInput,
    @Ctx() context: RequestContext,
  ): Promise<CreatePayoutPayload> {
    return answer(input, { replayed: false, payout: null }, async () => {
      const {
        row: payout,
        replayed,
        refusal,
      } = await context.services.payouts.create(
        context.principal,
        input.idempotencyKey,
        readCreatePayout(input),
      );
      context.renewLoaders(({ Payout }) => Payout.prime(payout.id, payout));
      return { replayed, payout: toPayout(payout), userErrors: toUserErrors(refusal) };
    });
  }

  @Mutation(() => TransferFundsPayload, {
    description:
      "Moves money between a seller's balance and the marketplace's, exactly once for each idempotencyKey. For the marketplace only.",
  })
  transferFunds(
    @Arg("input", () => TransferFundsInput, { description: "The transfer." })
    input: TransferFundsInput,
    @Ctx() context: RequestContext,
  ): Promise<TransferFundsPayload> {
    return answer(input, { replayed: false, transfer: null }, async () => {
      const {
        row: transfer,
        replayed,
        refusal,
      } = await context.services.transfers.create(
        context.principal,
        input.idempotencyKey,
        readTransfer(input),
      );
      context.renewLoaders(({ Transfer }) => Transfer.prime(transfer.id, transfer));
      return { replayed, transfer: toTransfer(transfer), userErrors: toUserErrors(refusal) };
    });
  }
}
