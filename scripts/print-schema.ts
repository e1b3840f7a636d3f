import "reflect-metadata";
import { lexicographicSortSchema, printSchema } from "graphql";
import { buildGatewaySchema } from "../src/resolvers/schema";

/** The contract with clients, committed at the project's root, where npm runs its scripts. */
export const schemaFile = "schema.graphql";

/** The schema as text. Sorted, so that moving code around changes nothing in it. */
export async function printGatewaySchema(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await buildGatewaySchema()))}\n`;
}
