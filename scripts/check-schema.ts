import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { schemaFile, schemaText } from "./emit-schema";

/**
 * Fails when schema.graphql is not what the code says, and when it breaks clients of the version before
 * (SCHEMA_BASE, or the last commit) without an "Unreleased" line in the changelog that says BREAKING.
 */
async function main(): Promise<void> {
  const text = await schemaText();
  if (!existsSync(schemaFile) || readFileSync(schemaFile, "utf8") !== text) {
    throw new Error("schema.graphql is stale; run: npm run schema");
  }
  const base = process.env.SCHEMA_BASE ?? "HEAD~1";
  const before = fileAt(base);
  if (before === undefined) {
    console.log(`SKIPPED: comparison with ${base}, which has no schema.graphql`);
    return;
  }
  const breaking = (await diff(buildSchema(before), buildSchema(text))).filter(
    (change) => change.criticality.level === CriticalityLevel.Breaking,
  );
  for (const change of breaking) console.error(`BREAKING: ${change.message}`);
  if (breaking.length > 0 && !isAnnounced()) {
    throw new Error("schema.graphql breaks clients; say BREAKING in CHANGELOG.md, under Unreleased");
  }
  console.log(`schema.graphql is current; ${breaking.length} breaking changes since ${base}`);
}

function fileAt(revision: string): string | undefined {
  try {
    return execFileSync("git", ["show", `${revision}:schema.graphql`], {
      cwd: dirname(schemaFile),
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
  } catch {
    return undefined;
  }
}

function isAnnounced(): boolean {
  const changelog = readFileSync(resolve(dirname(schemaFile), "CHANGELOG.md"), "utf8");
  const unreleased = changelog.split(/^## /m).find((part) => part.startsWith("Unreleased"));
  return unreleased?.includes("BREAKING") ?? false;
}

void main().catch((fault) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
