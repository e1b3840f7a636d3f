import type { FastifyInstance, FastifyRequest } from "fastify";
import { accountName } from "./books";
import { authenticate } from "./caller";
import { invalid, missing, refusal } from "./errors";
import { Fields } from "./fields";
import type { Pos } from "./model";
import { listOperations } from "./operations";
import { transfer } from "./transfers";
import type { World } from "./world";

interface SellerPath {
  Params: { id: string };
}

/**
 * `/api/v2_1/customers/ext/:id`: a seller's state, money and what moved it. The marketplace's own
 * account is met here too, under the name of its fee account.
 */
export function registerSellers(app: FastifyInstance, world: World): void {
  app.get<SellerPath>("/api/v2_1/customers/ext/:id/status", (request, reply) => {
    const { pos, id } = readSeller(world, request);
    readCurrency(pos, id, request.query);
    const seller = world.seller(pos.marketplaceId, id);
    return reply.send({
      customVerificationStatus: seller?.verified === false ? "NotVerified" : "Verified",
      name: seller?.name ?? pos.name,
      taxId: "5252439284",
      regon: "140768690",
    });
  });

  app.get<SellerPath>("/api/v2_1/customers/ext/:id/balances", (request, reply) => {
    const { pos, id } = readSeller(world, request);
    const currency = readCurrency(pos, id, request.query);
    const account = accountName({ ...pos, currency }, id);
    const balance = world.books.balance(account, world.clock.now());
    return reply.send({
      balance: {
        availableAmount: String(balance.availableMinor),
        totalAmount: String(balance.totalMinor),
      },
      status: { statusCode: "SUCCESS" },
    });
  });

  app.get<SellerPath>("/api/v2_1/customers/ext/:id/operations", (request, reply) => {
    const { pos, id } = readSeller(world, request);
    return reply.send(listOperations(world, pos, id, Fields.of(request.query)));
  });

  for (const direction of ["feeDebitTransfer", "feeCreditTransfer"] as const) {
    app.post<SellerPath>(`/api/v2_1/customers/ext/:id/${direction}`, (request, reply) => {
      const { pos, id } = readSeller(world, request);
      const extTransferId = transfer(world, pos, id, direction, Fields.of(request.body));
      return reply.send({
        extCustomerId: id,
        extTransferId,
        status: { statusCode: "SUCCESS" },
      });
    });
  }
}

/** Choice: an unknown seller is not found, in the words of refunds and payouts. */
function readSeller(world: World, request: FastifyRequest<SellerPath>): { pos: Pos; id: string } {
  const pos = authenticate(world, request);
  const { id } = request.params;
  if (id !== pos.feeAccount && !world.seller(pos.marketplaceId, id)) {
    throw refusal("customerNotFound", `The seller ${id} is not known`);
  }
  return { pos, id };
}

/** Choice: the marketplace's own account has the currency of the token's shop and no other. */
function readCurrency(pos: Pos, id: string, query: unknown): string {
  const currency = Fields.of(query).text("currencyCode");
  if (currency === undefined) throw missing("currencyCode");
  if (!/^[A-Z]{3}$/.test(currency)) throw invalid("currencyCode", "is no currency");
  if (id === pos.feeAccount && currency !== pos.currency) {
    throw invalid("currencyCode", `is not ${pos.currency}, the currency of this shop`);
  }
  return currency;
}
