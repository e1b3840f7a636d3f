import { loadDotEnv } from "../src/dot-env";

/**
 * Required before commands that are not ours, so that they see the same `.env` as the gateway, and do not make a
 * database of their own in production: they end as the gateway itself does (78 is EX_CONFIG of sysexits).
 */
loadDotEnv();
if (process.env.NODE_ENV === "production" && process.env.DATABASE_URL === undefined) {
  console.error("DATABASE_URL must be set in production");
  process.exit(78);
}
