import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The numbers of a marketplace's events. Those of earlier events are given by a job, a part at a time, so that the start of a
 * release waits for none of it.
 */
export class NumberEventsOfMarketplaces1764607000000 implements MigrationInterface {
  readonly name = "NumberEventsOfMarketplaces1764607000000";

  async up(runner: QueryRunner): Promise<void> {
    const suffix = await suffixOf(runner);
    await runner.query(`CREATE TABLE marketplace_stream (${streamColumns.join(", ")})${suffix}`);
    await runner.query(`CREATE TABLE marketplace_event (${eventColumns.join(", ")})${suffix}`);
    await runner.query(
      "CREATE UNIQUE INDEX marketplace_event_place ON marketplace_event (stream_id, stream_seq)",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE marketplace_event");
    await runner.query("DROP TABLE marketplace_stream");
  }
}

const streamColumns = [
  "marketplace_id varchar(40) NOT NULL PRIMARY KEY",
  "last_seq bigint NOT NULL",
  "swept_until bigint NOT NULL",
];

const eventColumns = [
  "marketplace_id varchar(40) NOT NULL",
  "seq bigint NOT NULL",
  "stream_id varchar(40) NOT NULL",
  "stream_seq bigint NOT NULL",
  "PRIMARY KEY (marketplace_id, seq)",
];

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
