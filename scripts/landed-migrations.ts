import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = "migrations";
const listFile = join(folder, "landed.json");

/** Files by their SHA-256. A file in the list has landed: databases have it, and no change of it would reach them. */
type Landed = Readonly<Record<string, string>>;

/** What is wrong with the files of migrations, for people; empty where nothing is. */
export function faultsOfLanded(): string[] {
  const landed = readLanded();
  const present = hashes();
  return [
    ...Object.keys(landed)
      .filter((file) => present[file] === undefined)
      .map((file) => `${file} has landed and is gone; databases have it, so put it back`),
    ...Object.keys(present).flatMap((file) => {
      if (landed[file] === undefined) return [`${file} is not recorded: npm run migration:record`];
      if (landed[file] === present[file]) return [];
      return [
        `${file} has changed since it was recorded. If it has landed, take the change back and add a new migration; databases that have run it would never see the change. If it has not, delete its line in ${listFile} and run: npm run migration:record`,
      ];
    }),
  ];
}

/** Adds files that are not in the list. What is in it stays. */
export function recordNew(): string[] {
  const landed = readLanded();
  const present = hashes();
  const added = Object.keys(present).filter((file) => landed[file] === undefined);
  const all = Object.entries({ ...present, ...landed }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(listFile, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
  return added;
}

function readLanded(): Landed {
  return JSON.parse(readFileSync(listFile, "utf8"));
}

function hashes(): Record<string, string> {
  const files = readdirSync(folder).filter((file) => /^\d+-.*\.ts$/.test(file));
  return Object.fromEntries(
    files.sort().map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]),
  );
}
