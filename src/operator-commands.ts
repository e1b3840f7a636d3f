import "reflect-metadata";
import { Command } from "commander";
import { AlertBook } from "./alerts/alert-book";
import { adaptersOf } from "./app/adapters";
import { type Config, ConfigError, readConfig } from "./config";
import { dataSourceOptions } from "./data-source";
import { type Database } from "./database/database";
import { DatabaseClock } from "./database/database-clock";
import { openDatabase } from "./database/open";
import { whyUnusable } from "./database/why-unusable";
import { operatorActor } from "./domain/actor";
import { alertTexts } from "./domain/alerts";
import { systemClock } from "./domain/clock";
import { Refusal } from "./domain/errors";
import type { AlertId, ApiKeyId, MarketplaceId } from "./domain/ids";
import { formatAmount } from "./domain/money";
import { loadDotEnv } from "./dot-env";
import type { AlertEntity } from "./entities/alert.entity";
import { EventLog } from "./events/event-log";
import { createLocalWakeUps } from "./events/wake-ups";
import { createLogger } from "./logging/logger";
import { beginWork } from "./logging/work";
import type { UnreadableReport } from "./providers/http-client";
import { createRegistry } from "./providers/registry";
import { createIdFactory } from "./security/ids";
import { createKeyRing } from "./security/key-ring";
import { AccessService } from "./services/access/access.service";
import { MarketplaceService } from "./services/access/marketplace.service";
import { KnownSellers, ProviderAccounts } from "./services/accounts/provider-accounts";
import { resealAll } from "./services/accounts/reseal";
import { lookNow } from "./services/upkeep/look-now";
import { type LostPayment, LostPayments } from "./services/upkeep/lost-payments";

interface Tools {
  readonly config: Config;
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly access: AccessService;
  readonly marketplaces: MarketplaceService;
  readonly alerts: AlertBook;
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

const alert = program
  .command("alert")
  .description("what a person must look at; docs/operations.md says of each what to do");
alert
  .command("list")
  .description("prints the open ones, oldest first")
  .option("--marketplace <id>", "of one marketplace only")
  .action(({ marketplace: id }: { marketplace?: string }) =>
    withTools(async ({ alerts, marketplaces }) => {
      const of = id === undefined ? undefined : await existing(marketplaces, id);
      for (const open of await alerts.open(of)) print(lineOf(open));
    }),
  );
alert
  .command("clear <alertId> <because>")
  .description("ends one that has been dealt with, and keeps why")
  .action((id: string, because: string) =>
    withTools(async ({ alerts }) => {
      if (!(await alerts.endById(id as AlertId, because))) {
        throw new CommandError(`there is no open alert ${id}`);
      }
      print(`${id} is cleared`);
    }),
  );

function lineOf(alert: AlertEntity): string {
  const { id, code, subjectKind, subjectId, firstSeenAt, lastSeenAt, seenCount } = alert;
  const seen = `since ${firstSeenAt.toISOString()}  last ${lastSeenAt.toISOString()}  ${seenCount}x`;
  const whose = [alert.marketplaceId, alert.sellerId].filter((owner) => owner !== null).join(" ");
  const words = [id, code, `${subjectKind} ${subjectId}`, whose, seen, JSON.stringify(alert.facts)];
  return words.filter((word) => word !== "").join("  ");
}

const lost = program
  .command("lost")
  .description(
    "payments that providers show and the database does not have, after an older backup was restored",
  );
const range = (command: Command) =>
  command
    .requiredOption("--from <time>", "since when, such as 2026-03-01T00:00:00Z", readTime)
    .option("--to <time>", "until when; left out: now", readTime);
range(lost.command("list"))
  .description("prints them; nothing is changed")
  .action((options: TimeRange) =>
    withTools(async (tools) => {
      await findLost(tools, options, async () => "");
    }),
  );
range(lost.command("adopt"))
  .description("writes them down, with the status that the provider shows; nothing is charged")
  .action((options: TimeRange) =>
    withTools(async (tools) => {
      await findLost(tools, options, async (payments, payment) =>
        (await payments.adopt(payment)) ? "  adopted" : "  was there",
      );
    }),
  );

interface TimeRange {
  readonly from: Date;
  readonly to?: Date;
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new CommandError(`${text} is no time`);
  return time;
}

async function findLost(
  { config, database, clock }: Tools,
  { from, to = clock.now() }: TimeRange,
  deal: (payments: LostPayments, payment: LostPayment) => Promise<string>,
): Promise<void> {
  const tools = {
    clock,
    onCall: () => {},
    onUnreadable: ({ provider, path, reason }: UnreadableReport) =>
      complain(`${provider} ${path}: ${reason}`),
  };
  const registry = createRegistry(adaptersOf(config, tools, createLogger("silent")));
  try {
    const keyRing = createKeyRing(config.encryptionKeys);
    const accounts = new ProviderAccounts(database, keyRing, new KnownSellers(clock));
    const events = new EventLog(database, createLocalWakeUps(), clock);
    const payments = new LostPayments({ database, registry, accounts, events, clock });
    const { lost, unanswered } = await payments.find(from, to);
    for (const payment of lost) {
      const { account, seen } = payment;
      const amount = `${formatAmount(seen.amount)} ${seen.amount.currency}`;
      const dealt = await deal(payments, payment);
      print(
        `${seen.reference}  ${account.provider} ${seen.providerPaymentId}  ${account.sellerId}  ${amount}  ${seen.providerStatus}${dealt}`,
      );
    }
    print(`${lost.length} lost`);
    if (unanswered.length > 0) {
      throw new CommandError(`no answer about ${unanswered.join(", ")}: more may be lost`);
    }
  } finally {
    await registry.close();
  }
}

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

/** The command as it was called, without what it was called with: `lost-adopt`. */
function commandName(): string {
  const names: string[] = [];
  let { commands } = program;
  for (const word of process.argv.slice(2)) {
    const command = commands.find((each) => each.name() === word);
    if (command === undefined) break;
    names.push(word);
    commands = command.commands;
  }
  return names.join("-");
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
    const tools = {
      config,
      database,
      clock,
      access: new AccessService(database, clock, ids, new Set()),
      marketplaces: new MarketplaceService(database, clock, ids),
      alerts: new AlertBook({
        ...{ database, clock, ids },
        tell: ({ code }) => complain(alertTexts[code]),
        onFault: (fault) => complain(`an alert could not be stored: ${fault}`),
      }),
    };
    await beginWork({}, operatorActor(commandName()), () => use(tools));
  } finally {
    await database.close();
  }
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

program.parseAsync().catch((fault: unknown) => {
  if (!(fault instanceof Error)) throw fault;
  const isMendable =
    fault instanceof CommandError || fault instanceof ConfigError || fault instanceof Refusal;
  const reason = isMendable ? fault.message : whyUnusable(fault);
  if (reason === undefined) throw fault;
  complain(reason);
  process.exitCode = 1;
});
