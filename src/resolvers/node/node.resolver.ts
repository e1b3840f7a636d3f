import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { notFound, refuse } from "../../domain/errors";
import { anyEventSubject } from "../../domain/events";
import { EventTypeObject } from "../../schema/shared/event.type";
import { NodeType } from "../../schema/shared/shared.type";
import type { RequestContext } from "../context";
import { loadNode } from "./load-node";

const idsLimit = 100;

/** Anything by its id. */
@Resolver(() => EventTypeObject)
export class NodeResolver {
  @Query(() => NodeType, {
    nullable: true,
    description: "Anything by its id; null when there is none, or you may not see it.",
  })
  node(
    @Arg("id", () => ID, { description: "The id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<NodeType | null> {
    return loadNode(id, context);
  }

  @Query(() => [NodeType], {
    nullable: "items",
    description:
      "Several things by their ids, in the ids' order; at most 100. Null where there is none, or you may not see it.",
  })
  nodes(
    @Arg("ids", () => [ID], { description: "The ids." }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<(NodeType | null)[]> {
    if (ids.length > idsLimit) throw refuse("INVALID_INPUT", `at most ${idsLimit} ids`, ["ids"]);
    return Promise.all(ids.map((id) => loadNode(id, context)));
  }

  @FieldResolver(() => NodeType, {
    description: `What changed, as it is now: ${anyEventSubject}.`,
  })
  async subject(
    @Root() { subjectId }: EventTypeObject,
    @Ctx() context: RequestContext,
  ): Promise<NodeType> {
    const subject = await loadNode(subjectId, context);
    if (subject === null) throw notFound("subject");
    return subject;
  }
}
