import { serverAudits } from "graphql-http";
import { auth, startServer, type TestServer } from "./server-support";

/** The GraphQL over HTTP specification, as graphql-http checks it. */
let gateway: TestServer;
beforeAll(async () => {
  gateway = await startServer();
});
afterAll(() => gateway.stop());

const audits = serverAudits({
  url: () => `${gateway.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      // A GET without a content type has to show that it is no simple cross-site request.
      headers: { ...init.headers, ...auth, "apollo-require-preflight": "1" },
    }),
});

/**
 * For clients that only take the older application/json, the specification would have errors of a document
 * answered with 200. Apollo says 400, as for application/graphql-response+json.
 */
const deviations = ["572B", "FDE2", "7B9B"];

it.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))(
  "%s",
  async (_name, audit) => {
    expect(await audit.fn()).toMatchObject({
      status: deviations.includes(audit.id) ? "warn" : "ok",
    });
  },
);
