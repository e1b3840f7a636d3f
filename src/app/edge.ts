import type { Config } from "../config";
import { Readiness } from "../database/readiness";
import { demoCredentials, demoShops, demoSubmerchants } from "../demo";
import { createContextFactory } from "../resolvers/context";
import { buildGatewaySchema } from "../resolvers/schema";
import type { CheckoutDemo } from "../server/pages/checkout-demo";
import { createServer } from "../server/server";
import { tellOfOutages } from "./alerts";
import type { Base } from "./base";
import type { Services } from "./services";

/** HTTP and WebSockets, in front of the services. */
export async function createEdge(config: Config, base: Base, services: Services) {
  const { alerts, clock, database, logger, metrics, redis, tell } = base;
  const { access, connections, receiver } = services;
  const readiness = new Readiness(database, tellOfOutages(alerts, tell, logger));
  return createServer({
    ...{ logger, metrics, clock, redis },
    settings: config.server,
    schema: await buildGatewaySchema(),
    authenticate: (credential) => access.authenticate(credential),
    makeContext: createContextFactory(services),
    isReady: () => readiness.isReady(),
    receiveWebhook: (source, request) => receiver.receive(source, request),
    ...(connections === undefined
      ? {}
      : {
          completeConnection: async (source, answer) => {
            await connections.completeCallback(source, answer);
          },
        }),
    demoCredential: config.demo ? demoCredentials.marketplace : undefined,
    checkoutDemo: checkoutDemoOf(config),
  });
}

/**
 * The demo's shops unless a seller's key was set, which then is the only one; without either there is nobody to sell for.
 * Choice: that seller's page asks its look-ups with the same key, which the page holds anyway.
 */
function checkoutDemoOf({ checkoutDemo, demo }: Config): CheckoutDemo | undefined {
  const { scriptUrl, sellerKey } = checkoutDemo;
  if (sellerKey !== undefined) {
    return { scriptUrl, shops: [{ name: "", sellerKey, publishableKey: sellerKey }] };
  }
  if (!demo) return undefined;
  return {
    scriptUrl,
    shops: demoShops.map(({ seller: { name }, ...keys }) => ({ name, ...keys })),
    marketplace: {
      key: demoCredentials.marketplace,
      sellers: demoSubmerchants.map(({ id, name }) => ({ id, name })),
    },
  };
}
