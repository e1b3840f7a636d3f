/**
 * Who may import whom; `npm run check:boundaries`. Imports run one way, so that a rule has one home and a provider is
 * a folder. An import that is not listed is forbidden, and so is every cycle, of types too. docs/architecture.md draws it.
 */
import { readdirSync } from "node:fs";

const port = ["src/providers/provider.ts", "src/providers/registry.ts"];

/** An adapter knows its own folder and what all adapters share, and no other adapter. */
const adapters = readdirSync("src/providers", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `src/providers/${name}/`);
const sharedByAdapters = "src/providers/(?!index)[^/]+\\.ts";

/** `typesOnly`: may be imported with `import type` alone. A place is a file, or a folder with its slash. */
const rules = [
  { from: "src/domain/", may: [] },
  { from: "src/security/", may: ["src/domain/"] },
  { from: "src/logging/", may: ["src/domain/"] },
  { from: "src/entities/", may: ["src/domain/"] },
  { from: "src/database/", may: ["src/domain/", "src/logging/"] },
  { from: "src/schema/", may: ["src/domain/"] },
  ...adapters.map((folder) => ({
    from: folder,
    may: ["src/domain/", "src/settings/", sharedByAdapters],
  })),
  // The list of providers, and the only file that names their folders.
  { from: "src/providers/index.ts", may: adapters.map((folder) => `${folder}settings.ts`) },
  { from: "src/providers/(?!index)[^/]+\\.ts", may: ["src/domain/", sharedByAdapters] },
  { from: "src/settings/", may: [] },
  {
    from: "src/events/",
    may: ["src/domain/", "src/entities/", "src/database/", "src/logging/"],
  },
  {
    from: "src/alerts/",
    may: ["src/domain/", "src/entities/", "src/database/", "src/logging/"],
  },
  {
    from: "src/operations/",
    may: [
      "src/domain/",
      "src/alerts/",
      "src/entities/",
      "src/database/",
      "src/security/",
      "src/logging/",
      "src/providers/provider.ts",
    ],
  },
  {
    from: "src/services/",
    may: [
      "src/domain/",
      "src/alerts/",
      "src/entities/",
      "src/database/",
      "src/events/",
      "src/security/",
      "src/logging/",
      "src/operations/",
      ...port,
    ],
  },
  {
    from: "src/resolvers/",
    may: ["src/domain/", "src/logging/", "src/schema/", "src/services/"],
    typesOnly: ["src/entities/", "src/events/", ...port],
  },
  {
    from: "src/jobs/",
    may: [
      "src/domain/",
      "src/alerts/",
      "src/entities/",
      "src/database/",
      "src/logging/",
      "src/operations/",
      "src/services/",
    ],
  },
  { from: "src/server/", may: ["src/domain/", "src/logging/"] },
  {
    from: "src/demo.ts",
    may: ["src/domain/", "src/entities/", "src/security/"],
    typesOnly: ["src/database/", "src/events/", "src/services/"],
  },
  {
    from: "src/config.ts",
    may: ["src/domain/", "src/settings/", "src/providers/index.ts", "src/providers/settings.ts"],
  },
  { from: "src/app/", may: ["src/", "package.json"] },
  { from: "src/main.ts", may: ["require-node.ts", "src/start.ts"] },
  { from: "src/start.ts", may: ["src/"] },
  { from: "src/admin.ts", may: ["require-node.ts", "src/operator-commands.ts"] },
  { from: "src/operator-commands.ts", may: ["src/"] },
  { from: "src/data-source.ts", may: ["src/entities/", "src/database/", "migrations/"] },
  { from: "ormconfig.ts", may: ["src/data-source.ts"] },
  { from: "migrations/", may: [] },
  { from: "simulator/main.ts", may: ["require-node.ts"] },
  { from: "simulator/", may: [] },
  { from: "demo/", may: [] },
  { from: "scripts/", may: ["src/"] },
  { from: "bench/", may: ["src/"] },
];

const anyOf = (places) => `^(?:${places.join("|")})`;

export default {
  forbidden: [
    {
      name: "no cycle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      // An order is made of payments. Payments tell orders of changes by the hooks that they are given.
      name: "payments import no orders",
      severity: "error",
      from: { path: "^src/services/payment/" },
      to: { path: "^src/services/order/" },
    },
  ],
  allowed: rules.flatMap(({ from, may, typesOnly = [] }) => [
    { from: { path: anyOf([from]) }, to: { path: anyOf([...may, from]) } },
    ...(typesOnly.length === 0
      ? []
      : [
          {
            from: { path: anyOf([from]) },
            to: { path: anyOf(typesOnly), dependencyTypes: ["type-only"] },
          },
        ]),
  ]),
  allowedSeverity: "error",
  options: {
    includeOnly:
      "^(?:src|simulator|demo|bench|scripts|migrations|ormconfig|require-node|package\\.json)",
    // TypeScript 7 has no compiler that other programs can call.
    parser: "swc",
    tsPreCompilationDeps: "specify",
  },
};
