import { type ClassType, Field, ObjectType } from "type-graphql";
import { EventTypeObject } from "./event.type";
import { CursorScalar } from "./scalars";

/** What every live update carries. */
export interface LiveUpdate<S> {
  cursor: string;
  sequence: string | null;
  event: EventTypeObject;
  status: S;
}

interface Described<S> {
  /** Of what each update is one change. */
  readonly of: string;
  readonly status: Readonly<Record<string, S>>;
  readonly statusDescription?: string;
  readonly sequenceDescription?: string;
  /** Where some watchers may not see how much happens beside what they watch. */
  readonly hidesSequence?: boolean;
}

/** The type of a kind's live updates. The thing that changed is added by its resolver, under its own name. */
export function liveUpdateOf<S>(
  name: string,
  {
    of,
    status,
    statusDescription = "The status that this change led to.",
    sequenceDescription = "Its number in the seller's log. A whole number in text.",
    hidesSequence = false,
  }: Described<S>,
): ClassType<LiveUpdate<S>> {
  @ObjectType(name, {
    simpleResolvers: true,
    description: `One change of ${of}. Changes come in order, each once.`,
  })
  class UpdateType implements LiveUpdate<S> {
    @Field(() => CursorScalar, {
      description: "Keep it: given as `after`, the next subscription goes on right behind it.",
    })
    cursor: string;

    @Field(() => String, { nullable: hidesSequence, description: sequenceDescription })
    sequence: string | null;

    @Field(() => EventTypeObject, { description: "The change as it was recorded." })
    event: EventTypeObject;

    @Field(() => status, { description: statusDescription })
    status: S;
  }
  return UpdateType;
}
