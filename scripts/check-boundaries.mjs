/**
 * Who may import whom. Imports run one way, so that a rule has one home and a provider is a folder. What is
 * not listed is forbidden, and so are cycles. The picture is in docs/architecture.md.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const port = ["src/providers/provider", "src/providers/registry"];

/** An adapter knows its own folder and what all adapters share, and no other adapter. */
const adapter = (folder) => ({
  from: folder,
  may: ["src/domain", "src/settings", folder, "src/providers/*"],
});

/** Longest match first. `typesOnly`: may be imported with `import type` alone. */
const rules = [
  { from: "src/domain", may: ["src/domain"] },
  { from: "src/security", may: ["src/domain", "src/security"] },
  { from: "src/logging", may: ["src/logging"] },
  { from: "src/entities", may: ["src/domain", "src/entities"] },
  { from: "src/database", may: ["src/domain", "src/database"] },
  { from: "src/schema", may: ["src/domain", "src/schema"] },
  adapter("src/providers/mercado-pago"),
  adapter("src/providers/payu"),
  {
    from: "src/providers/index",
    may: ["src/providers/mercado-pago/settings", "src/providers/payu/settings"],
  },
  { from: "src/providers", may: ["src/domain", "src/providers/*"] },
  { from: "src/events", may: ["src/domain", "src/entities", "src/database", "src/events"] },
  {
    from: "src/operations",
    may: [
      "src/domain",
      "src/entities",
      "src/database",
      "src/security",
      "src/logging",
      "src/operations",
      port[0],
    ],
  },
  {
    from: "src/services",
    may: [
      "src/domain",
      "src/entities",
      "src/database",
      "src/events",
      "src/security",
      "src/logging",
      "src/operations",
      "src/services",
      ...port,
    ],
  },
  {
    from: "src/resolvers",
    may: ["src/domain", "src/logging", "src/schema", "src/services", "src/resolvers"],
    typesOnly: ["src/entities", "src/events", ...port],
  },
  {
    from: "src/jobs",
    may: [
      "src/domain",
      "src/entities",
      "src/database",
      "src/logging",
      "src/operations",
      "src/services",
      "src/jobs",
    ],
  },
  { from: "src/server", may: ["src/domain", "src/logging", "src/server"] },
  {
    from: "src/demo",
    may: ["src/domain", "src/entities", "src/security"],
    typesOnly: ["src/database", "src/events", "src/services"],
  },
  { from: "src/settings", may: [] },
  {
    from: "src/config",
    may: ["src/domain", "src/settings", "src/providers/index", "src/providers/settings"],
  },
  { from: "src/dot-env", may: [] },
  { from: "src/app", may: ["src", "ormconfig", "package.json"] },
  { from: "require-node", may: [] },
  { from: "src/main", may: ["require-node", "src/start"] },
  { from: "src/start", may: ["src"] },
  { from: "src/admin", may: ["require-node", "src/operator-commands"] },
  { from: "src/operator-commands", may: ["src", "ormconfig"] },
  {
    from: "ormconfig",
    may: ["src/entities", "src/database", "migrations"],
  },
  { from: "migrations", may: ["migrations"] },
  { from: "simulator/main", may: ["require-node", "simulator/start"] },
  { from: "simulator", may: ["simulator"] },
  { from: "demo", may: ["demo"] },
  { from: "scripts", may: ["src", "ormconfig", "scripts"] },
  { from: "bench", may: ["src", "ormconfig", "bench"] },
].sort((a, b) => b.from.length - a.from.length);

const root = resolve(import.meta.dirname, "..");
const files = ["src", "migrations", "simulator", "demo", "scripts", "bench"]
  .flatMap((folder) => list(join(root, folder)))
  .concat(["ormconfig.ts", "require-node.ts"].map((name) => join(root, name)));
const faults = [];
const graph = new Map();

for (const file of files) {
  const from = nameOf(file);
  const rule = rules.find((candidate) => isIn(from, candidate.from));
  if (rule === undefined) {
    faults.push(`${from}: no rule names this place`);
    continue;
  }
  const imports = importsOf(file);
  graph.set(
    from,
    imports.filter(({ typeOnly }) => !typeOnly).map(({ to }) => to),
  );
  for (const { to, typeOnly } of imports) {
    const allowed = rule.may.some((place) => isIn(to, place));
    const allowedType = typeOnly && (rule.typesOnly ?? []).some((place) => isIn(to, place));
    if (!allowed && !allowedType) faults.push(`${from} may not import ${to}`);
  }
}
for (const cycle of findCycles()) faults.push(`cycle: ${cycle.join(" -> ")}`);

for (const fault of faults) console.error(fault);
console.log(`${files.length} files, ${faults.length} forbidden imports`);
process.exitCode = faults.length === 0 ? 0 : 1;

function list(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function nameOf(file) {
  return relative(root, file).replace(/\.ts$/, "");
}

/** `place/*` is the files of a folder and not what is below them. */
function isIn(name, place) {
  if (place.endsWith("/*")) return dirname(name) === place.slice(0, -2);
  return name === place || name.startsWith(`${place}/`);
}

function importsOf(file) {
  const text = readFileSync(file, "utf8");
  const found = [];
  const pattern = /^(?:import|export)\s+(type\s)?[^;"']*?(?:from\s+)?["'](\.{1,2}\/[^"']+)["']/gms;
  for (const [, type, path] of text.matchAll(pattern)) {
    const target = relative(root, resolve(dirname(file), path)).replace(/\.js$/, "");
    const to = files.some((other) => nameOf(other) === target) ? target : `${target}/index`;
    found.push({ to, typeOnly: type !== undefined });
  }
  return found;
}

function findCycles() {
  const done = new Set();
  const cycles = [];
  const visit = (name, path) => {
    const at = path.indexOf(name);
    if (at >= 0) return void cycles.push([...path.slice(at), name]);
    if (done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return cycles;
}
