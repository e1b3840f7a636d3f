import { existsSync } from "node:fs";

/** Required before commands that are not ours, so that they see the same `.env` as the gateway. */
if (existsSync(".env")) process.loadEnvFile();
