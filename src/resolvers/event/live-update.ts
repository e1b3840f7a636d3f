import {
  Arg,
  type ClassType,
  Ctx,
  FieldResolver,
  ID,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import type { Id, IdKind, SellerId } from "../../domain/ids";
import type { EventEntity } from "../../entities/event.entity";
import type { LiveUpdate } from "../../schema/shared/live-update";
import { CursorScalar } from "../../schema/shared/scalars";
import type { NodeType } from "../../schema/shared/shared.type";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { readId } from "../input";
import { kindOf, type NodeKindName, type RowOf } from "../kinds";
import { loaderOf } from "../loaders";
import { toEvent } from "./event.mapper";

/** What live updates are asked with, once its shape was checked. */
interface WatchRequest<K extends IdKind> {
  readonly id?: Id<K>;
  readonly sellerId?: SellerId;
  readonly after?: string;
}

/** An update whose source is known to its fields. */
export interface Sourced {
  readonly source: EventEntity;
}

interface Described<K extends NodeKindName, S> {
  readonly kind: K;
  readonly update: ClassType<LiveUpdate<S>>;
  /** The field's name under `Subscription`, and what it tells. */
  readonly name: string;
  readonly description: string;
  /** The argument `id`. Absent: only whole sellers are watched. */
  readonly id?: string;
  /** The argument `sellerId`. */
  readonly sellerId: string;
  watch(context: RequestContext, request: WatchRequest<K>): Promise<AsyncIterable<EventEntity>>;
  /** The status that an event led to, where the event says so in another kind's words. */
  statusOf?(event: EventEntity): S;
  /** The field of an update that shows the thing as the change left it. */
  readonly subject: {
    readonly name: string;
    readonly type: () => ClassType<NodeType>;
    readonly description: string;
    /** Which thing it is about; that of the event's timeline unless told otherwise. */
    idOf?(event: EventEntity): string;
    /** Set where the thing may be out of sight since: then the field is null. */
    isStillIn?(event: EventEntity, row: RowOf<K>): boolean;
  };
}

/**
 * The resolver of a kind's live updates. The source of each update is the event of the log itself, the same object for
 * all who watch its stream: that is how they share one execution.
 */
export function liveUpdatesOf<K extends NodeKindName, S>(described: Described<K, S>) {
  const { kind: kindName, update, name, description, subject } = described;
  const kind = kindOf(kindName);

  @Resolver(() => update)
  class LiveUpdateResolver {
    @Subscription(() => update, {
      name,
      description,
      subscribe: async ({ args, context }) =>
        described.watch(context as RequestContext, readRequest(args as WatchArguments)),
    })
    updated(
      @Root() event: EventEntity,
      @Ctx() { services }: RequestContext,
    ): LiveUpdate<S> & Sourced {
      const shown = toEvent(event, services.cursors);
      const { cursor, sequence } = shown;
      const status = described.statusOf?.(event) ?? (event.toStatus as S);
      return { cursor, sequence, event: shown, status, source: event };
    }

    @FieldResolver(subject.type, {
      name: subject.name,
      description: subject.description,
      nullable: subject.isStillIn !== undefined,
    })
    async subject(
      @Root() { source }: Sourced,
      @Ctx() { loaders, services }: RequestContext,
    ): Promise<NodeType | null> {
      const id = subject.idOf?.(source) ?? source.topicId;
      const row = await loaderOf(loaders, kindName).load(id as Id<K>);
      const mayBeGone = subject.isStillIn !== undefined;
      if (mayBeGone && (row === undefined || !subject.isStillIn?.(source, row))) return null;
      if (row === undefined) throw new Error(`${id} is gone`);
      return kind.show(kind.asOf?.(source, row) ?? row, services);
    }
  }

  // Arguments come in the order in which they are declared.
  const argument = (place: number, argumentName: string, type: () => unknown, text: string) =>
    Arg(argumentName, type as () => typeof ID, { nullable: true, description: text })(
      LiveUpdateResolver.prototype,
      "updated",
      place,
    );
  if (described.id !== undefined) argument(2, "id", () => ID, described.id);
  argument(3, "sellerId", () => ID, described.sellerId);
  argument(4, "after", () => CursorScalar, "The last cursor that you have seen.");
  return LiveUpdateResolver;

  /** @throws Refusal WRONG_ID_KIND */
  function readRequest({ id, sellerId, after }: WatchArguments): WatchRequest<K> {
    return {
      ...(isGiven(id) ? { id: readId(kindName, id, ["id"]) } : {}),
      ...(isGiven(sellerId) ? { sellerId: readId("Seller", sellerId, ["sellerId"]) } : {}),
      ...(isGiven(after) ? { after } : {}),
    };
  }
}

interface WatchArguments {
  readonly id?: string | null;
  readonly sellerId?: string | null;
  readonly after?: string | null;
}
