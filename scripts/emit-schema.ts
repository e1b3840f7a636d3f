import { writeFileSync } from "node:fs";
import { printGatewaySchema, schemaFile } from "./print-schema";

/** Writes the schema that the code builds into the file that clients and reviewers read. */
async function main(): Promise<void> {
  writeFileSync(schemaFile, await printGatewaySchema());
}

void main();
