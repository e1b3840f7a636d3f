import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  parse,
} from "graphql";
import type { Principal } from "../../../src/domain/principal";
import type { EventEntity } from "../../../src/entities/event.entity";
import { createContextFactory } from "../../../src/resolvers/context";
import { buildGatewaySchema } from "../../../src/resolvers/schema";
import { type Answer, anEvent, anId, aPayment, principals, services } from "./fixtures";

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildGatewaySchema();
});

/** Subscribes as the edge does: a source of events, and an execution with a fresh context for each. */
async function watch(
  source: string,
  given: {
    events?: readonly EventEntity[];
    payment?: ReturnType<typeof aPayment> | undefined;
    principal?: Principal;
    watch?: jest.Mock;
  } = {},
) {
  const events = given.events ?? [];
  const byIds = jest.fn(async () => [given.payment ?? aPayment()]);
  const spy =
    given.watch ??
    jest.fn(async () =>
      (async function* () {
        yield* events;
      })(),
    );
  const contextValue = createContextFactory(
    services({ payments: { reader: { byIds } }, watch: { watch: spy } }),
  )({ principal: given.principal ?? principals.SELLER, requestId: "r-1" });
  const document = parse(source);
  const stream = await createSourceEventStream({ schema, document, contextValue });
  if (!(Symbol.asyncIterator in stream)) return { spy, errors: stream.errors, updates: [] };
  const sources: unknown[] = [];
  const updates: Answer[] = [];
  for await (const rootValue of stream) {
    sources.push(rootValue);
    const result: ExecutionResult = await execute({
      schema,
      document,
      rootValue,
      contextValue: contextValue.forEvent(),
    });
    expect(result.errors).toBeUndefined();
    updates.push(result.data?.paymentUpdated);
  }
  return { spy, sources, updates, byIds, errors: undefined };
}

const story = [
  anEvent({
    subjectVersion: 1,
    seq: 3n,
    type: "PAYMENT_CREATED",
    fromStatus: null,
    toStatus: "PROCESSING",
    snapshot: {},
  }),
  anEvent({
    subjectVersion: 2,
    seq: 4n,
    toStatus: "IN_REVIEW",
    snapshot: { providerStatus: "in_process", providerStatusDetail: "pending_review_manual" },
  }),
  anEvent({
    subjectVersion: 3,
    seq: 9n,
    fromStatus: "IN_REVIEW",
    toStatus: "APPROVED",
    source: "WEBHOOK",
  }),
  anEvent({
    subjectVersion: 4,
    seq: 12n,
    fromStatus: "APPROVED",
    toStatus: "PARTIALLY_REFUNDED",
    snapshot: {
      providerStatus: "approved",
      providerStatusDetail: "partially_refunded",
      refundedMinor: "50",
    },
  }),
];
const now = aPayment({
  status: "PARTIALLY_REFUNDED",
  version: 4,
  refundedMinor: 50n,
  providerStatusDetail: "partially_refunded",
});

describe("paymentUpdated", () => {
  const document = `subscription {
    paymentUpdated(id: "${anId("Payment")}") {
      cursor sequence status
      event { id type from to source subjectId }
      payment { status providerStatusDetail approvedAt capturedAmount { amount } refundedAmount { amount } refundableAmount { amount } }
    }
  }`;

  test("shows the payment as each change left it, although it has moved on", async () => {
    const { updates } = await watch(document, { events: story, payment: now });
    expect(
      updates.map(({ status, payment, sequence }) => [sequence, status, payment.status]),
    ).toEqual([
      ["3", "PROCESSING", "PROCESSING"],
      ["4", "IN_REVIEW", "IN_REVIEW"],
      ["9", "APPROVED", "APPROVED"],
      ["12", "PARTIALLY_REFUNDED", "PARTIALLY_REFUNDED"],
    ]);
    expect(updates.map(({ payment }) => payment.providerStatusDetail)).toEqual([
      null,
      "pending_review_manual",
      null,
      "partially_refunded",
    ]);
    expect(updates.map(({ payment }) => payment.approvedAt !== null)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(updates.map(({ payment }) => payment.capturedAmount?.amount)).toEqual([
      undefined,
      undefined,
      "100.50",
      "100.50",
    ]);
    expect(updates.map(({ payment }) => payment.refundedAmount.amount)).toEqual([
      "0.00",
      "0.00",
      "0.00",
      "0.50",
    ]);
    expect(updates.map(({ payment }) => payment.refundableAmount.amount)).toEqual([
      "0.00",
      "0.00",
      "100.50",
      "100.00",
    ]);
  });

  test("tells of the change as it was recorded", async () => {
    const { updates } = await watch(document, { events: [story[2] as EventEntity] });
    expect(updates[0]).toMatchObject({
      cursor: `${anId("Seller")}-9`,
      event: {
        id: `evt_${anId("Payment")}_3`,
        type: "PAYMENT_STATUS_CHANGED",
        from: "IN_REVIEW",
        to: "APPROVED",
        source: "WEBHOOK",
        subjectId: anId("Payment"),
      },
    });
  });

  test("hands on the log's own objects, by which watchers share an execution", async () => {
    const { sources } = await watch(document, { events: story, payment: now });
    expect(sources).toHaveLength(story.length);
    for (const [i, event] of story.entries()) expect(sources?.[i]).toBe(event);
  });

  test("reads nothing where the document names no payment", async () => {
    const { byIds, updates } = await watch(
      `subscription { paymentUpdated(id: "${anId("Payment")}") { status } }`,
      { events: story },
    );
    expect(updates).toHaveLength(4);
    expect(byIds).not.toHaveBeenCalled();
  });

  test("shows a watch token the status, and refuses nothing that it may have", async () => {
    const { updates } = await watch(
      `subscription { paymentUpdated(id: "${anId("Payment")}") { status payment { id status payer { email } externalReference refunds { id } } } }`,
      { events: story.slice(3), payment: now, principal: principals.WATCHER },
    );
    expect(updates).toEqual([
      {
        status: "PARTIALLY_REFUNDED",
        payment: {
          id: anId("Payment"),
          status: "PARTIALLY_REFUNDED",
          payer: null,
          externalReference: null,
          refunds: [],
        },
      },
    ]);
  });

  test("asks to watch what the arguments name", async () => {
    const ask = async (args: string) =>
      (await watch(`subscription { paymentUpdated${args} { status } }`)).spy;
    expect(await ask(`(id: "${anId("Payment")}", after: "abc")`)).toHaveBeenCalledWith(
      principals.SELLER,
      {
        id: anId("Payment"),
        after: "abc",
      },
    );
    expect(await ask(`(sellerId: "${anId("Seller")}", id: null)`)).toHaveBeenCalledWith(
      principals.SELLER,
      {
        sellerId: anId("Seller"),
      },
    );
    expect(await ask("")).toHaveBeenCalledWith(principals.SELLER, {});
  });

  test.each([
    [`(id: "${anId("Seller")}")`, "id"],
    ['(id: "")', "id"],
    [`(sellerId: "${anId("Payment")}")`, "sellerId"],
  ])("refuses %s before it watches", async (args, path) => {
    const spy = jest.fn();
    const { errors } = await watch(`subscription { paymentUpdated${args} { status } }`, {
      watch: spy,
    });
    expect(errors?.[0]?.originalError).toMatchObject({
      code: "WRONG_ID_KIND",
      errors: [{ path: [path] }],
    });
    expect(spy).not.toHaveBeenCalled();
  });
});
