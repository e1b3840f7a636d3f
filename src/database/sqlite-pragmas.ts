/** How every connection to the SQLite file is set up. */
export const sqlitePragmas: readonly string[] = [
  // FULL: a commit that was acknowledged survives a power cut.
  "synchronous = FULL",
  "busy_timeout = 5000",
  // A checkpoint copies the log into the file and flushes both while the writers wait. At the default of 1,000
  // pages that was a fifth of a payment's time; the log now grows to 40 MB between two of them.
  "wal_autocheckpoint = 10000",
  // In KB. SQLite looks through the whole table of its cached pages whenever a commit has split one: with 64 MB
  // that was a sixth of the writing thread's time.
  "cache_size = -16384",
];
