/** swc emits the decorator metadata that type-graphql and TypeORM read; see tsconfig.json for the same options. */
/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testTimeout: 90_000,
  // The services that the suites share (one MariaDB, one Redis) and two-core machines set the limit.
  maxWorkers: 2,
  // A set-up that fails half-way leaves servers open; in CI that must end as a failure, not hang.
  forceExit: process.env.CI !== undefined,
  // Node requires ES modules; jest's own loader does so behind a flag of Node's only.
  transformIgnorePatterns: ["/node_modules/(?!cockatiel/)"],
  transform: {
    "^.+\\.(ts|js)$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
          target: "es2023",
          keepClassNames: true,
        },
        module: { type: "commonjs" },
      },
    ],
  },
};
