import type { UserErrorFact } from "../../domain/errors";
import type { Principal } from "../../domain/principal";
import { TransferEntity } from "../../entities/transfer.entity";
import type { OperationEngine } from "../../operations/operation-engine";
import { assertMayMoveBalances, type MoveDependencies } from "../balance/plan-move";
import { BelongingsReader } from "../belongings-reader";
import { claimantOf, withMarketplaceOf } from "../claimant";
import { readTransfer, type TransferArgs, transferFundsKind } from "./transfer-funds";

/** What `transferFunds` came to. */
export interface TransferResult {
  readonly transfer: TransferEntity;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/** The use cases of transfers between balances, which are the marketplace's alone. */
export class TransferService {
  readonly reader: BelongingsReader<TransferEntity>;
  readonly #transfer;

  constructor(
    private readonly deps: MoveDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new BelongingsReader(deps.database, TransferEntity);
    this.#transfer = engine.register(transferFundsKind(deps));
  }

  /**
   * Moves money between a seller's balance and the marketplace's. One that the provider refuses is FAILED.
   * @throws Refusal before anything was sent: bad input, no account, a key used before.
   */
  async create(
    principal: Principal,
    idempotencyKey: string,
    given: Omit<TransferArgs, "marketplaceId">,
  ): Promise<TransferResult> {
    assertMayMoveBalances(principal);
    const args = withMarketplaceOf(principal, given);
    const { replayed, refusal, state, subjectId } = await this.#transfer.perform(
      claimantOf(principal, idempotencyKey),
      args,
    );
    const transfer = state?.transfer ?? (await readTransfer(this.deps.database, subjectId));
    this.deps.onMoved(transfer.accountId);
    return { transfer, replayed, refusal };
  }
}
