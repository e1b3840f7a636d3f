import type { TransferEntity } from "../../entities/transfer.entity";
import { TransferType } from "../../schema/transfer/transfer.type";
import { toUserErrors } from "../mutation";
import { toMoney } from "../payment/payment.view";

/** A transfer as the API shows it. */
export function toTransfer(transfer: TransferEntity): TransferType {
  const { failure } = transfer;
  return Object.assign(new TransferType(), {
    id: transfer.id,
    sellerId: transfer.sellerId,
    provider: transfer.provider,
    direction: transfer.direction,
    status: transfer.status,
    providerReference: transfer.operationId,
    amount: toMoney(transfer.amountMinor, transfer.currency),
    description: transfer.description,
    failure: toUserErrors(failure && [failure])[0] ?? null,
    createdAt: transfer.createdAt,
    updatedAt: transfer.updatedAt,
  } satisfies TransferType);
}
