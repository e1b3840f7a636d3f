import { randomUUID } from "node:crypto";
import type { PayoutId } from "../../src/domain/ids";
import { PayoutEntity } from "../../src/entities/payout.entity";
import { TransferEntity } from "../../src/entities/transfer.entity";
import type { ConnectedSeller, TestGateway } from "./gateway";
import type { Json } from "./simulator";

/** A payout and a transfer with everything that they can have. */
export interface MovesOfTheWorld {
  readonly payoutId: string;
  readonly payoutEventId: string;
  readonly transferId: string;
  readonly transferEventId: string;
}

/** Money of the seller's, which has a balance at PayU by now. */
export function moveOf({ id }: Pick<ConnectedSeller, "id">): Json {
  return { idempotencyKey: randomUUID(), sellerId: id, amount: "0.10", currency: "PLN" };
}

export function transferOf(seller: Pick<ConnectedSeller, "id">): Json {
  return { ...moveOf(seller), direction: "SELLER_TO_MARKETPLACE", description: "Advertising" };
}

export async function makeMovesOfTheWorld(
  gateway: TestGateway,
  seller: ConnectedSeller,
): Promise<MovesOfTheWorld> {
  const fields = "id events { edges { node { id } } }";
  const { payout } = await gateway.mutate(
    "createPayout",
    { ...moveOf(seller), description: "Week 7" },
    `payout { ${fields} }`,
  );
  const { transfer } = await gateway.mutate(
    "transferFunds",
    transferOf(seller),
    `transfer { ${fields} }`,
  );
  await addWhatTheSimulatorHasNot(gateway, payout.id, transfer.id);
  const eventOf = ({ events }: Json): string => events.edges[1].node.id;
  return {
    payoutId: payout.id,
    payoutEventId: eventOf(payout),
    transferId: transfer.id,
    transferEventId: eventOf(transfer),
  };
}

/** The matrix wants to see who would see it. */
async function addWhatTheSimulatorHasNot(
  { app: { database } }: TestGateway,
  payoutId: PayoutId,
  transferId: TransferEntity["id"],
): Promise<void> {
  const failure = { code: "PROVIDER_REFUSED", message: "refused", path: ["input"] } as const;
  const exchange = {
    currency: "EUR",
    minor: "2",
    rate: "0.2",
    tableId: "1",
    partnerId: "p",
  } as const;
  const dueAt = new Date(Date.now() + 86_400_000);
  await database.write((unit) => {
    const payouts = database.table(PayoutEntity);
    unit.change(payouts.update({ failure, exchange, dueAt }, { id: payoutId }, 1));
    unit.change(database.table(TransferEntity).update({ failure }, { id: transferId }, 1));
  });
}
