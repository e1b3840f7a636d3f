import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { notFound } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import {
  EnablePointIntegrationInput,
  EnablePointIntegrationPayload,
  PointDeviceType,
  RemovePointDeviceInput,
  RemovePointDevicePayload,
} from "../../schema/point/point-device.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs } from "../../schema/shared/page.args";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { readId } from "../input";
import { answer } from "../mutation";
import { loadSeller } from "../seller/load-seller";
import { toPointDevice } from "./point-device.view";

/** Card readers: reading them, and who commands them. */
@Resolver(() => PointDeviceType)
export class PointDeviceResolver {
  @Query(() => PointDeviceType, {
    nullable: true,
    description: "One card reader. Null when there is none, or you may not see it.",
  })
  async pointDevice(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders }: RequestContext,
  ): Promise<PointDeviceType | null> {
    const device = await loaders.PointDevice.load(readId("PointDevice", id, ["id"]));
    return device === undefined ? null : toPointDevice(device);
  }

  @Query(() => [PointDeviceType], {
    description:
      "A seller's card readers, as its provider lists them now, and those that were removed. While the provider gives no answer: those that are known, see `lastSeenAt`.",
  })
  async pointDevices(
    @Arg("sellerId", () => ID, { description: "The seller." }) sellerId: string,
    @Ctx() context: RequestContext,
  ): Promise<PointDeviceType[]> {
    const id = readId("Seller", sellerId, ["sellerId"]);
    if ((await context.loaders.Seller.load(id)) === undefined) {
      throw notFound("seller", ["sellerId"]);
    }
    return devicesOf(context, id);
  }

  @Mutation(() => EnablePointIntegrationPayload, {
    description:
      "Has a card reader take orders from the gateway. A person has to start it anew afterwards; until then it goes on as before.",
  })
  enablePointIntegration(
    @Arg("input", () => EnablePointIntegrationInput, { description: "Which one." })
    input: EnablePointIntegrationInput,
    @Ctx() context: RequestContext,
  ): Promise<EnablePointIntegrationPayload> {
    return answer(input, { pointDevice: null, stepsAtDevice: null }, async () => {
      const { pointDevices } = context.services;
      const device = await pointDevices.enable(context.principal, input.deviceId);
      context.renewLoaders(({ PointDevice }) => PointDevice.prime(device.id, device));
      return { pointDevice: toPointDevice(device), stepsAtDevice: stepsToEnable };
    });
  }

  @Mutation(() => RemovePointDevicePayload, {
    description:
      "Has a card reader take no more orders: amounts are typed in at the reader again. `enablePointIntegration` brings it back.",
  })
  removePointDevice(
    @Arg("input", () => RemovePointDeviceInput, { description: "Which one." })
    input: RemovePointDeviceInput,
    @Ctx() context: RequestContext,
  ): Promise<RemovePointDevicePayload> {
    return answer(input, { pointDevice: null, stepsAtDevice: null }, async () => {
      const { pointDevices } = context.services;
      const device = await pointDevices.remove(context.principal, input.deviceId);
      context.renewLoaders(({ PointDevice }) => PointDevice.prime(device.id, device));
      return { pointDevice: toPointDevice(device), stepsAtDevice: stepsToRemove };
    });
  }

  @FieldResolver(() => SellerType, { description: "Whose it is." })
  seller(
    @Root() { sellerId }: PointDeviceType,
    @Ctx() context: RequestContext,
  ): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it, oldest first.",
  })
  events(
    @Root() { id, sellerId }: PointDeviceType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

@Resolver(() => SellerType)
export class PointDevicesOfSellerResolver {
  @FieldResolver(() => [PointDeviceType], {
    description: "Its card readers; see `Query.pointDevices`.",
  })
  pointDevices(
    @Root() { id }: SellerType,
    @Ctx() context: RequestContext,
  ): Promise<PointDeviceType[]> {
    return devicesOf(context, id);
  }
}

/** The seller was read in scope before. */
async function devicesOf(
  { loaders, services }: RequestContext,
  sellerId: SellerId,
): Promise<PointDeviceType[]> {
  const devices = await services.pointDevices.ofSeller(sellerId);
  for (const device of devices) loaders.PointDevice.prime(device.id, device);
  return devices.map(toPointDevice);
}

/** A mode is in force once the reader has been started with it (Mercado Pago docs: configure terminal). */
const stepsToEnable = [
  "Switch the card reader off, and on again.",
  "Look whether its screen says that it waits for the point of sale. If it asks for an amount, repeat the first step.",
];
const stepsToRemove = [
  "Switch the card reader off, and on again.",
  "Look whether its screen asks for an amount. If it waits for the point of sale, repeat the first step.",
  "To take it out of the seller's account, unpair it in the provider's app.",
];
