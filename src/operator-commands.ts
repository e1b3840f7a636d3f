import "reflect-metadata";
import { Command } from "commander";
import { dataSourceOptions } from "../ormconfig";
import { type Config, ConfigError, readConfig } from "./config";
import { type Database, UnusableDatabaseError } from "./database/database";
import { DatabaseClock } from "./database/database-clock";
import { openDatabase } from "./database/open";
import { systemClock } from "./domain/clock";
import { Refusal } from "./domain/errors";
import type { ApiKeyId, MarketplaceId } from "./domain/ids";
import { loadDotEnv } from "./dot-env";
import { createIdFactory } from "./security/ids";
import { createKeyRing } from "./security/key-ring";
import { AccessService } from "./services/access.service";
import { lookNow } from "./services/look-now";
import { MarketplaceService } from "./services/marketplace.service";
import { resealAll } from "./services/reseal";

interface Tools {
  readonly config: Config;
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly access: AccessService;
  readonly marketplaces: MarketplaceService;
}

/** What operators do that no API key may: the first marketplace, its lost key, a change of encryption keys. */
const program = new Command("admin").description(
  "Commands for operators. They use the server's settings; on SQLite the server has to be stopped first.",
);

const marketplace = program.command("marketplace").description("the gateway's tenants");
marketplace
  .command("create <name>")
  .description("makes a marketplace and prints its key, which is shown this once")
  .action((name: string) =>
    withTools(async ({ marketplaces, access }) => {
      const { id } = await marketplaces.create(name);
      print(`marketplace ${id}\nkey         ${await newKey(access, id)}`);
    }),
  );
marketplace
  .command("list")
  .description("prints every marketplace's id and name")
  .action(() =>
    withTools(async ({ marketplaces }) => {
      for (const { id, name } of await marketplaces.all()) print(`${id}  ${name}`);
    }),
  );

const key = program.command("key").description("a marketplace's keys; it may have two live ones");
key
  .command("create <marketplaceId>")
  .description("makes another key and prints it, once")
  .action((id: string) =>
    withTools(async ({ marketplaces, access }) => {
      print(`key ${await newKey(access, await existing(marketplaces, id))}`);
    }),
  );
key
  .command("list <marketplaceId>")
  .description("prints the ids of the marketplace's live keys")
  .action((id: string) =>
    withTools(async ({ marketplaces }) => {
      for (const each of await marketplaces.liveKeys(await existing(marketplaces, id))) {
        print(`${each.id}  since ${each.createdAt.toISOString()}`);
      }
    }),
  );
key
  .command("revoke <marketplaceId> <keyId>")
  .description("ends a key at once, also one that was lost")
  .action((id: string, keyId: string) =>
    withTools(async ({ access }) => {
      const operator = { role: "MARKETPLACE", marketplaceId: id as MarketplaceId } as const;
      await access.revokeKey({ ...operator, keyId: keyId as ApiKeyId }, keyId as ApiKeyId);
      print(`${keyId} is revoked`);
    }),
  );

program
  .command("reseal")
  .description("encrypts everything stored anew that another key than the first one has encrypted")
  .action(() =>
    withTools(async ({ config, database }) => {
      const count = await resealAll(database, createKeyRing(config.encryptionKeys));
      print(`${count} encrypted anew`);
    }),
  );

program
  .command("look-now")
  .description(
    "has all that waits for a provider looked at now, after an outage of a provider or of ours",
  )
  .action(() =>
    withTools(async ({ config, database, clock }) => {
      print(`${await lookNow(database, clock, config.leaseMs)} to be looked at`);
    }),
  );

/** What the operator can mend, told in one line. */
class CommandError extends Error {}

/** @throws CommandError Nobody made it */
async function existing(marketplaces: MarketplaceService, id: string): Promise<MarketplaceId> {
  const found = await marketplaces.find(id as MarketplaceId);
  if (found === undefined) throw new CommandError(`there is no marketplace ${id}`);
  return found.id;
}

async function newKey(access: AccessService, marketplaceId: MarketplaceId): Promise<string> {
  return (await access.issueKey(marketplaceId, { role: "MARKETPLACE" })).credential;
}

async function withTools(use: (tools: Tools) => Promise<void>): Promise<void> {
  loadDotEnv();
  // The server's default is the demo's file. A command that falls back to it changes what nobody meant.
  if (!process.env.DATABASE_URL) {
    throw new CommandError(
      "DATABASE_URL must be set: it names the database that the command works on. npm start without settings uses sqlite:./data/gateway.sqlite",
    );
  }
  const config = readConfig(process.env);
  const database = await openDatabase(dataSourceOptions(config.database.url, 2));
  try {
    const clock = await DatabaseClock.start(database, systemClock);
    const ids = createIdFactory(clock);
    await use({
      config,
      database,
      clock,
      access: new AccessService(database, clock, ids, new Set()),
      marketplaces: new MarketplaceService(database, clock, ids),
    });
  } finally {
    await database.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

program.parseAsync().catch((fault: unknown) => {
  const isMendable =
    fault instanceof CommandError ||
    fault instanceof ConfigError ||
    fault instanceof UnusableDatabaseError ||
    fault instanceof Refusal;
  if (!isMendable) throw fault;
  process.stderr.write(`${fault.message}\n`);
  process.exitCode = 1;
});
