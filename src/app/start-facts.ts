import { version } from "../../package.json";
import type { Config } from "../config";
import type { Database } from "../database/database";
import type { ProviderRegistry } from "../providers/registry";

/** What an operator wants to know of a process first. Key ids are names; no key is told, and no password. */
export async function startFacts(
  { environment, database: { url }, redisUrl, encryptionKeys, providers }: Config,
  database: Database,
  registry: ProviderRegistry,
): Promise<Record<string, unknown>> {
  const versionSql = database.kind === "mysql" ? "VERSION()" : "sqlite_version()";
  const [row] = await database.read(`SELECT ${versionSql} AS version`);
  return {
    version,
    node: process.version,
    environment,
    database: { kind: database.kind, version: row?.version, place: withoutUser(url) },
    redis: redisUrl === undefined ? "none" : withoutUser(redisUrl),
    providers: registry.all().map(({ name }) => `${name} at ${providers[name].apiUrl}`),
    shops: registry.all().flatMap(({ shops = [] }) => shops.map(({ name }) => name)),
    // The first one seals; the others only open.
    encryptionKeys: [...encryptionKeys.keys()],
  };
}

/** An address without the name, password and options in it. */
function withoutUser(address: string): string {
  return address.replace(/\/\/[^/]*@/, "//").replace(/\?.*/, "");
}
