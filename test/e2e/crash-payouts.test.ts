import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { describeKilled } from "../support/killed-gateway";
import { eventually, type Json } from "../support/simulator";

const [submerchant] = demoSubmerchants;

describeKilled("a gateway that is killed while it pays out", (gateway) => {
  const newMove = (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    sellerId: submerchant.id,
    amount: "1.00",
    currency: "PLN",
    ...extra,
  });
  const movesAt = async ({ providerReference }: Json): Promise<string[]> => {
    const path = `/ledger?externalReference=${providerReference}`;
    const { entries } = await gateway.simulator.payu.control("GET", path);
    return entries.map(({ type }: Json) => type);
  };

  test.each(failpointSteps)("at createPayout:%s has paid out exactly once", async (step) => {
    await gateway.simulator.payu.control("POST", "/settings", { payoutStepMs: null });
    const prepare = async () => newMove();
    const payout = await gateway.dieAndCarryOn(step, "createPayout", prepare, "PENDING");
    expect(await movesAt(payout)).toEqual(["payout"]);
  });

  test.each(failpointSteps)("at transferFunds:%s has moved it exactly once", async (step) => {
    const prepare = async () =>
      newMove({ direction: "SELLER_TO_MARKETPLACE", description: "Advertising" });
    const transfer = await gateway.dieAndCarryOn(step, "transferFunds", prepare, "COMPLETED");
    expect(await movesAt(transfer)).toEqual(["transfer"]);
  });

  test.each([
    ["after-claim", 0],
    ["after-send", 1],
  ])(
    "at createTestUser:%s has made %i, says that it is unknown, and makes no other",
    async (step, made) => {
      const accounts = async () =>
        (await gateway.simulator.control("GET", "/accounts")).accounts.length;
      const before = await accounts();
      const document = `mutation ($input: CreateTestUserInput!) { createTestUser(input: $input) { password testUser { status } userErrors { code } } }`;
      const input = { idempotencyKey: randomUUID(), country: "AR" };
      const create = () => gateway.ask(document, { input });
      await gateway.dieDuring(`createTestUser:${step}`, create);
      // The answers of one who repeats the request, until the dead process's lease has run out.
      await eventually(async () => {
        const { createTestUser } = await create();
        return createTestUser.userErrors[0]?.code !== "IDEMPOTENCY_IN_PROGRESS";
      });
      expect((await create()).createTestUser).toEqual({
        password: null,
        testUser: { status: "UNKNOWN" },
        userErrors: [{ code: "OUTCOME_UNKNOWN" }],
      });
      expect((await accounts()) - before).toBe(made);
    },
  );
});
