import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import { TransferConnectionType, TransferType } from "../../schema/transfer/transfer.type";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { readId } from "../input";
import { pageById } from "../paging";
import { loadSeller } from "../seller/load-seller";
import { toTransfer } from "./transfer.view";

/** Reading transfers. */
@Resolver(() => TransferType)
export class TransferResolver {
  @Query(() => TransferType, {
    nullable: true,
    description: "One transfer. Null when there is none, or you may not see it.",
  })
  async transfer(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders }: RequestContext,
  ): Promise<TransferType | null> {
    const transfer = await loaders.Transfer.load(readId("Transfer", id, ["id"]));
    return transfer === undefined ? null : toTransfer(transfer);
  }

  @FieldResolver(() => SellerType, { description: "Whose balance it moves." })
  seller(@Root() { sellerId }: TransferType, @Ctx() context: RequestContext): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it, oldest first.",
  })
  events(
    @Root() { id, sellerId }: TransferType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

@Resolver(() => SellerType)
export class TransfersOfSellerResolver {
  @FieldResolver(() => TransferConnectionType, {
    description:
      "Transfers between its balance and the marketplace's, newest first; at most 100 a page.",
  })
  transfers(
    @Root() { id: sellerId }: SellerType,
    @Ctx() { loaders, scope, services }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<TransferType>> {
    return pageById(page, {
      kind: "Transfer",
      plural: "transfers",
      read: (request) => services.transfers.reader.page(scope, { sellerId }, request),
      toNode: (transfer) => {
        loaders.Transfer.prime(transfer.id, transfer);
        return toTransfer(transfer);
      },
    });
  }
}
