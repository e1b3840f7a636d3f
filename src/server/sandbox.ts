import type { ApolloServerPlugin } from "@apollo/server";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import { firstDocument } from "./first-document";

/**
 * Apollo Sandbox for browsers that open /graphql. The page runs requests itself, on behalf of a frame
 * of Apollo's: they have our own origin, and the page's address is the endpoint. Subscriptions send the
 * headers as the payload of `connection_init`.
 */
export function apolloSandbox(credential: string | undefined): ApolloServerPlugin {
  const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  return ApolloServerPluginLandingPageLocalDefault({
    document: firstDocument,
    headers,
    includeCookies: false,
    embed: {
      runTelemetry: false,
      endpointIsEditable: false,
      // Shared headers are the ones that the schema is read with. Reading it every second would count
      // against the visitor's rate limit.
      initialState: { sharedHeaders: headers, pollForSchemaUpdates: false },
    },
  });
}
