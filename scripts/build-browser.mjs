/**
 * Bundles what runs in browsers into dist, so that it is served without internet: the checkout demo,
 * GraphiQL, and the simulator's stand-in for the provider's script.
 */
import { build } from "esbuild";

const shared = {
  bundle: true,
  target: "es2022",
  conditions: ["production", "module"],
  logLevel: "warning",
};

await Promise.all([
  build({
    ...shared,
    entryPoints: ["index.html", "checkout.css", "checkout.ts", "order.html", "order.ts"].map(
      (name) => `demo/checkout/${name}`,
    ),
    outdir: "dist/demo/checkout",
    loader: { ".html": "copy" },
    format: "esm",
  }),
  build({
    ...shared,
    entryPoints: ["demo/graphiql/graphiql.ts"],
    outdir: "dist/demo/graphiql",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    format: "esm",
  }),
  build({
    ...shared,
    entryPoints: ["simulator/mercado-pago/browser/mercado-pago.ts"],
    outdir: "dist/simulator/mercado-pago/browser",
    format: "iife",
  }),
]);
