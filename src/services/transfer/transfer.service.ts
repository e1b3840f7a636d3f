import type { Principal } from "../../domain/principal";
import { TransferEntity } from "../../entities/transfer.entity";
import type { OperationEngine } from "../../operations/operation-engine";
import { type Moved, moveBalance } from "../balance/move-kind";
import type { MoveDependencies } from "../balance/plan-move";
import { OwnedReader } from "../reading/owned-reader";
import { type TransferArgs, transferFundsKind, transferRows } from "./transfer-funds";

/** The use cases of transfers between balances, which are the marketplace's alone. */
export class TransferService {
  readonly reader: OwnedReader<TransferEntity>;
  readonly #transfer;

  constructor(
    private readonly deps: MoveDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new OwnedReader(deps.database, TransferEntity);
    this.#transfer = engine.register(transferFundsKind(deps));
  }

  /** Moves money between a seller's balance and the marketplace's; see `moveBalance`. */
  create(
    principal: Principal,
    key: string,
    given: Omit<TransferArgs, "marketplaceId">,
  ): Promise<Moved<TransferEntity>> {
    return moveBalance(this.deps, transferRows, this.#transfer, principal, key, given);
  }
}
