import { existsSync } from "node:fs";

/**
 * Required before commands that are not ours, so that they see the same `.env` as the gateway, and do not make a
 * database of their own in production.
 */
if (existsSync(".env")) process.loadEnvFile();
if (process.env.NODE_ENV === "production" && process.env.DATABASE_URL === undefined) {
  console.error("DATABASE_URL has to be set in production");
  process.exit(78);
}
