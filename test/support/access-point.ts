import type { ConnectedSeller, TestGateway } from "./gateway";
import type { Json } from "./simulator";

/** Card readers of a seller. */
export interface ReadersOfTheWorld {
  readonly deviceId: string;
  readonly deviceEventId: string;
  /** One that is set up and removed. */
  readonly spareId: string;
}

export async function makeReadersOfTheWorld(
  gateway: TestGateway,
  seller: ConnectedSeller,
): Promise<ReadersOfTheWorld> {
  const { userId } = seller.shop.seller;
  const first = await gateway.simulator.control("POST", "/readers", { userId });
  await gateway.simulator.control("POST", "/readers", { userId });
  const { pointDevices } = await gateway.data(
    "query ($id: ID!) { pointDevices(sellerId: $id) { id providerDeviceId events { edges { node { id } } } } }",
    { id: seller.id },
  );
  const device = pointDevices.find((each: Json) => each.providerDeviceId === first.id);
  const spare = pointDevices.find((each: Json) => each.providerDeviceId !== first.id);
  // A second event, for who came from where.
  for (const name of ["removePointDevice", "enablePointIntegration"]) {
    await gateway.mutate(name, { deviceId: device.id }, "pointDevice { id }");
  }
  const { node } = await gateway.data(
    "query ($id: ID!) { node(id: $id) { ... on PointDevice { events { edges { node { id } } } } } }",
    { id: device.id },
  );
  return {
    deviceId: device.id,
    deviceEventId: node.events.edges[1].node.id,
    spareId: spare.id,
  };
}
