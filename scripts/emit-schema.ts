import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { buildGatewaySchema } from "../src/resolvers/schema";

/** Where the contract is kept, seen from the build. */
export const schemaFile = resolve(__dirname, "../../schema.graphql");

/** The contract as text: everything sorted, so that a change in the code moves nothing else. */
export async function schemaText(): Promise<string> {
  return `${printSchema(lexicographicSortSchema(await buildGatewaySchema()))}\n`;
}

if (require.main === module) {
  void schemaText().then((text) => writeFileSync(schemaFile, text));
}
