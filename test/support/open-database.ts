import { dataSourceOptions } from "../../src/data-source";
import type { Database } from "../../src/database/database";
import { openDatabase } from "../../src/database/open";
import type { DatabaseKind, TestDatabase } from "./databases";

/** A database for the suite that calls this: migrated and open before its tests, gone after them. */
export function useDatabase(
  kind: DatabaseKind,
  opened: (database: Database) => Promise<void> | void,
): void {
  let place: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    place = await kind.create();
    database = await openDatabase(dataSourceOptions(place.url));
    await opened(database);
  });
  afterAll(async () => {
    await database.close();
    await place.drop();
  });
}
