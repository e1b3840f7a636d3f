import { type ClassType, Field, ObjectType } from "type-graphql";
import { PageInfoType } from "./shared.type";

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: readonly Edge<T>[];
  pageInfo: PageInfoType;
}

/** Relay's connection and edge of a type. */
export function connectionOf<T extends object>(
  name: string,
  node: () => ClassType<T> | object,
  plural: string,
): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `One of ${plural}, with its place.`,
  })
  class EdgeType implements Edge<T> {
    @Field({ description: "The place in the list, for `after` and `before`." })
    cursor: string;

    @Field(() => node() as ClassType<T>, { description: "The thing itself." })
    node: T;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of ${plural}.` })
  class ConnectionType implements Connection<T> {
    @Field(() => [EdgeType], { description: "The page's items, in order." })
    edges: readonly Edge<T>[];

    @Field(() => PageInfoType, { description: "Whether and where there are more." })
    pageInfo: PageInfoType;
  }
  return ConnectionType;
}
