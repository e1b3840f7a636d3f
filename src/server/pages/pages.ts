import type { ApolloServerPlugin } from "@apollo/server";
import type { FastifyInstance } from "fastify";
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";
import type { ServerContext, ServerDependencies } from "../dependencies";
import { mayIntrospect } from "../graphql/introspection";
import { addCheckoutDemo, type CheckoutDemo } from "./checkout-demo";
import { addGraphiql } from "./graphiql";
import { htmlPage } from "./html-page";
import { addSandbox } from "./sandbox";

type Dependencies = ServerDependencies<ServerContext>;

/** The pages for people: explorers, the schema, the checkout demo. */
export function addPages(app: FastifyInstance, deps: Dependencies): void {
  app.get("/", (_request, reply) => reply.redirect("/graphql"));
  addGraphiql(app, deps.demoCredential);
  addSandbox(app, deps.demoCredential);
  if (showsSchema(deps)) addSchemaText(app, deps.schema);
  const demo = checkoutDemoOf(deps);
  if (demo !== undefined) addCheckoutDemo(app, demo);
}

/** Whoever opens it can read the seller's key that it holds. */
function checkoutDemoOf({ checkoutDemo, settings }: Dependencies): CheckoutDemo | undefined {
  return settings.environment === "production" ? undefined : checkoutDemo;
}

/** A page has no credential. */
function showsSchema({ settings }: Dependencies): boolean {
  return mayIntrospect(undefined, settings.environment);
}

const style = `<meta http-equiv="content-security-policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
      dt { font-weight: 600; margin-top: 1rem; }
      dd { margin: 0; }
    </style>`;

/** What a browser sees that opens /graphql: where to go. It loads nothing, so that it is there without internet. */
export function startPage(deps: Dependencies): ApolloServerPlugin {
  const links = [
    ["/graphiql", "GraphiQL", "Queries, mutations and live subscriptions; works without internet."],
    [
      "/sandbox",
      "Apollo Sandbox",
      "The same with Apollo's explorer, whose page comes from Apollo.",
    ],
  ];
  if (checkoutDemoOf(deps) !== undefined) {
    links.push(["/checkout-demo", "Checkout demo", "A shop's page: pay as a buyer."]);
  }
  if (showsSchema(deps)) {
    links.push(["/schema.graphql", "Schema", "Every type, field and value, with its description."]);
  }
  const html = htmlPage(
    "GraphQL payments gateway",
    `<h1>GraphQL payments gateway</h1>
    <p>This address takes GraphQL: by <code>POST</code>, and by WebSocket for subscriptions. In a browser, go to:</p>
    <dl>
      ${links.map(([path, name, text]) => `<dt><a href="${path}">${name}</a></dt><dd>${text}</dd>`).join("\n      ")}
    </dl>`,
    style,
  );
  return {
    serverWillStart: async () => ({ renderLandingPage: async () => ({ html }) }),
  };
}

/** The schema as text, at /schema.graphql. */
function addSchemaText(app: FastifyInstance, schema: GraphQLSchema): void {
  let text: string | undefined;
  app.get("/schema.graphql", (_request, reply) => {
    text ??= `${printSchema(lexicographicSortSchema(schema))}\n`;
    // Plain text is what browsers show.
    return reply.type("text/plain; charset=utf-8").send(text);
  });
}
