import { existsSync } from "node:fs";

/** Adds what `.env` in the working folder sets and the environment does not. Tests say what they want themselves. */
export function loadDotEnv(): void {
  if (process.env.NODE_ENV !== "test" && existsSync(".env")) process.loadEnvFile();
}
