import type { FastifyInstance } from "fastify";
import type { JsonObject } from "../core/json-body";
import { authenticate, authenticateOAuth } from "./caller";
import { createPayout } from "./create-payout";
import { refusal } from "./errors";
import type { Payout } from "./model";
import { startPayout, wordOf } from "./payout-moves";
import type { World } from "./world";

/** How long a payout can be read (PayU docs: retrieving a payout). */
const readableForMs = 14 * 24 * 60 * 60 * 1000;

export function registerPayouts(app: FastifyInstance, world: World): void {
  app.post("/api/v2_1/payouts", (request, reply) => {
    const pos = authenticateOAuth(world, request);
    const payout = createPayout(world, pos, request.body);
    const answer = {
      payout: {
        payoutId: payout.id,
        ...given("extPayoutId", payout.extPayoutId),
        ...given("extCustomerId", payout.extCustomerId),
        status: wordOf(payout),
        ...given("fxData", payout.fxData),
      },
      status: success,
    };
    startPayout(world, payout);
    return reply.code(201).send(answer);
  });

  app.get<{ Params: { id: string } }>("/api/v2_1/payouts/:id", (request, reply) => {
    const { shopId } = authenticate(world, request);
    const payout = world.payouts.get(request.params.id);
    // Choice: what is too old or another shop's is not found, like what never was.
    const isReadable =
      payout?.shopId === shopId && world.clock.now() - payout.createdAt < readableForMs;
    if (!payout || !isReadable) throw refusal("payoutNotFound", "The payout is not known");
    return reply.send({ payout: viewPayout(payout), status: success });
  });
}

const success = { statusCode: "SUCCESS" };

export function viewPayout(payout: Payout): JsonObject {
  return {
    payoutId: payout.id,
    ...given("extPayoutId", payout.extPayoutId),
    amount: String(payout.amountMinor),
    description: payout.description,
    status: wordOf(payout),
    ...given("fxData", payout.fxData),
  };
}

function given(name: string, value: unknown): JsonObject {
  return value === null ? {} : { [name]: value };
}
