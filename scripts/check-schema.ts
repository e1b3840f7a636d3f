import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { printGatewaySchema, schemaFile } from "./print-schema";

/**
 * Fails when schema.graphql is not what the code says, and when it breaks clients of the version before
 * without an "Unreleased" line in the changelog that says BREAKING.
 */
async function main(): Promise<void> {
  const built = await printGatewaySchema();
  if (!existsSync(schemaFile) || readFileSync(schemaFile, "utf8") !== built) {
    throw new Error(`${schemaFile} is stale; run: npm run schema`);
  }
  const base = findBase(built);
  const before = git("show", `${base}:${schemaFile}`);
  if (before === undefined) {
    console.log(`SKIPPED: comparison with ${base}, which has no ${schemaFile}`);
    return;
  }
  const breaking = (await diff(buildSchema(before), buildSchema(built))).filter(
    (change) => change.criticality.level === CriticalityLevel.Breaking,
  );
  for (const change of breaking) console.error(`BREAKING: ${change.message}`);
  if (breaking.length > 0 && !isAnnounced()) {
    throw new Error(`${schemaFile} breaks clients; say BREAKING in CHANGELOG.md, under Unreleased`);
  }
  console.log(`${schemaFile} is current; ${breaking.length} breaking changes since ${base}`);
}

/**
 * SCHEMA_BASE; or where this branch left the main one; or, on the main one, the commit before the schema at
 * hand: the last one, unless that has it already.
 */
function findBase(built: string): string {
  if (process.env.SCHEMA_BASE !== undefined) return process.env.SCHEMA_BASE;
  const fork = git("merge-base", "HEAD", "origin/main");
  if (fork !== undefined && fork !== git("rev-parse", "HEAD")) return fork.trim();
  return git("show", `HEAD:${schemaFile}`) === built ? "HEAD~1" : "HEAD";
}

/** A git command's output; undefined where it fails: no such commit, no such file, no repository. */
function git(...args: string[]): string | undefined {
  try {
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}

function isAnnounced(): boolean {
  const parts = readFileSync("CHANGELOG.md", "utf8").split(/^## /m);
  return parts.find((part) => part.startsWith("Unreleased"))?.includes("BREAKING") ?? false;
}

void main().catch((fault) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
