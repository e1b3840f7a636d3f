import { randomUUID } from "node:crypto";
import { PaymentEntity } from "../../src/entities/payment.entity";
import { PointOrderEntity } from "../../src/entities/point-order.entity";
import type { ConnectedSeller, TestGateway } from "./gateway";
import { eventually, type Json } from "./simulator";

/** Card readers of a seller. */
export interface ReadersOfTheWorld {
  readonly deviceId: string;
  readonly deviceEventId: string;
  /** One that is set up and removed. */
  readonly spareId: string;
  /** An order at the first one, with everything that an order can have. */
  readonly orderId: string;
  readonly orderEventId: string;
  /** A reader that nobody has used yet. */
  newDevice(): { readonly id: string; readonly providerDeviceId: string };
  /** An order at such a one. */
  newOrder(): Promise<string>;
  /** One of which the provider knows no end. */
  newLostOrder(): Promise<string>;
}

/** As many as the matrix uses up. */
const readers = 45;

/** `payments`: one that was paid at a reader, and one that shows it. */
export async function makeReadersOfTheWorld(
  gateway: TestGateway,
  seller: ConnectedSeller,
  payments: { readonly paid: PaymentEntity["id"]; readonly ofOrder: PaymentEntity["id"] },
): Promise<ReadersOfTheWorld> {
  const { control } = gateway.simulator;
  const { userId, currency } = seller.shop.seller;
  for (let each = 0; each < readers; each++)
    await control("POST", "/readers", { userId, pickUpMs: null });
  const { pointDevices } = await gateway.data(
    "query ($id: ID!) { pointDevices(sellerId: $id) { id providerDeviceId } }",
    { id: seller.id },
  );
  const newDevice = () => {
    const device = pointDevices.pop();
    if (device === undefined) throw new Error("there are too few readers");
    return device;
  };
  const inputAt = (deviceId: string): Json => ({
    ...{ idempotencyKey: randomUUID(), deviceId, amount: "5.00", currency },
  });
  const orderAt = async (deviceId: string, extra: Json = {}): Promise<string> => {
    const { pointOrder, userErrors } = await gateway.mutate(
      "createPointOrder",
      { ...inputAt(deviceId), ...extra },
      "pointOrder { id }",
    );
    if (pointOrder === null) throw new Error(JSON.stringify(userErrors));
    return pointOrder.id;
  };
  const device = newDevice();
  // A second event, for who came from where.
  for (const name of ["removePointDevice", "enablePointIntegration"]) {
    await gateway.mutate(name, { deviceId: device.id }, "pointDevice { id }");
  }
  const orderId = await orderAt(device.id, {
    ...{ description: "Coffee", externalReference: "sale 1", installments: 3 },
    ...{ method: "CREDIT_CARD", installmentsPaidBy: "SELLER" },
  });
  await addWhatTheSimulatorHasNot(gateway, orderId as PointOrderEntity["id"], payments);
  const eventOf = async (type: string, id: string): Promise<string> => {
    const document = `query ($id: ID!) { node(id: $id) { ... on ${type} { events { edges { node { id } } } } } }`;
    return (await gateway.data(document, { id })).node.events.edges[1].node.id;
  };
  return {
    ...{ deviceId: device.id, deviceEventId: await eventOf("PointDevice", device.id) },
    ...{ orderId, orderEventId: await eventOf("PointOrder", orderId) },
    ...{ spareId: newDevice().id, newDevice },
    async newOrder() {
      const id = await orderAt(newDevice().id);
      await leaveAlone(gateway, id);
      return id;
    },
    async newLostOrder() {
      const { id, providerDeviceId } = newDevice();
      const lost = await orderAt(id);
      const at = (action: string, body?: unknown) =>
        control("POST", `/readers/${providerDeviceId}/${action}`, body);
      await at("refresh");
      await at("tap", { processingMs: 3_000, outcome: "processing_error" });
      await at("lose-network");
      await control("POST", "/clock", { advanceMs: 41_000 });
      await eventually(async () => {
        const document = "query ($id: ID!) { pointOrder(id: $id) { status } }";
        return (await gateway.data(document, { id: lost })).pointOrder.status === "NEEDS_CHECK";
      });
      await leaveAlone(gateway, lost);
      return lost;
    },
  };
}

/** Has the workers not look at it: what they find is not what a caller did. */
async function leaveAlone({ app: { database } }: TestGateway, id: string): Promise<void> {
  await database.write((unit) =>
    unit.change({ sql: "UPDATE point_order SET due_at = NULL WHERE id = ?", values: [id] }),
  );
}

/** The matrix wants to see who would see it. */
async function addWhatTheSimulatorHasNot(
  { app: { database } }: TestGateway,
  id: PointOrderEntity["id"],
  { paid, ofOrder }: { readonly paid: PaymentEntity["id"]; readonly ofOrder: PaymentEntity["id"] },
): Promise<void> {
  const failure = { code: "PROVIDER_REFUSED", message: "refused", path: ["input"] } as const;
  const changes = {
    ...{ failure, paymentId: paid, paidMinor: 500n, settledBecause: "A receipt" },
    ...{ providerStatusDetail: "created", dueAt: new Date(Date.now() + 86_400_000) },
  };
  await database.write((unit) => {
    unit.change(database.table(PointOrderEntity).update(changes, { id }, 1));
    unit.change(database.table(PaymentEntity).update({ pointOrderId: id }, { id: ofOrder }, 1));
  });
}
