import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, ServerError } from "@apollo/client";
import { RetryLink } from "@apollo/client/link/retry";

/** The gateway, asked under one credential. */
export function connect(credential: string): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: "no-cache" }, mutate: { fetchPolicy: "no-cache" } },
    link: ApolloLink.from([
      // No answer may mean that the payment was made. The same key makes it safe to ask again until there is one.
      new RetryLink({
        attempts: {
          max: Number.POSITIVE_INFINITY,
          retryIf: (fault) =>
            !ServerError.is(fault) || fault.statusCode >= 500 || fault.statusCode === 429,
        },
        delay: { initial: 300, max: 5_000, jitter: true },
      }),
      new HttpLink({ uri: "/graphql", headers: { authorization: `Bearer ${credential}` } }),
    ]),
  });
}

export interface UserError {
  readonly code: string;
  readonly path: readonly string[];
}

/** The gateway said no, and nothing was taken. */
export class Refused extends Error {
  constructor(readonly errors: readonly UserError[]) {
    super(`Refused: ${errors.map(({ code }) => code).join(", ")}`);
  }
}
