import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

/** The build, which has the project's shape; the project itself where the sources run, as they do in tests. */
const root = resolve(__dirname, "../../..");
const build = basename(root) === "dist" ? root : join(root, "dist");

/** What the build made of a file in `demo`, by its name there. */
export function builtFile(name: string): Promise<Buffer> {
  return readFile(join(build, "demo", name));
}
