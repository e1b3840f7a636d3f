/**
 * What a shop's own backend does. It stands in the page only because the demo has no other server; copy it
 * into yours. A seller's key must never reach a browser: it reads and moves all of the seller's money.
 */
import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  ServerError,
  type TypedDocumentNode,
} from "@apollo/client";
import { RetryLink } from "@apollo/client/link/retry";
import { defer, filter, firstValueFrom, from, NEVER, of, race, repeat, switchMap } from "rxjs";

/** What the page sends when the buyer presses "pay". */
export interface Attempt {
  /** One for each press: whoever repeats this very request, the card is charged once. */
  readonly idempotencyKey: string;
  readonly cardToken: string;
  readonly methodId: string;
  readonly issuerId: string | undefined;
  readonly installments: number;
  readonly deviceId: string | undefined;
  readonly payer: {
    readonly email: string;
    readonly identification: { readonly type: string; readonly number: string } | undefined;
  };
}

/** The gateway said no, and nothing was taken. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(`Refused: ${code}`);
  }
}

/** What is sold. The sum is the backend's to say, never the page's. */
export const order = {
  externalReference: `demo-${crypto.randomUUID()}`,
  amount: "100.50",
  currency: "ARS",
  description: "Three books",
} as const;

interface Settings {
  readonly credential: string;
  readonly scriptUrl: string;
}

export const settings: Settings = await fetch("/checkout-demo/settings.json").then((response) =>
  response.json(),
);

const gateway = new ApolloClient({
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
    new HttpLink({
      uri: "/graphql",
      headers: { authorization: `Bearer ${settings.credential}` },
    }),
  ]),
});

const publicKeyQuery: TypedDocumentNode<{
  viewer: { seller: { accounts: { publicKey: string | null }[] } };
}> = gql`
  query PublicKey {
    viewer {
      seller {
        accounts {
          publicKey
        }
      }
    }
  }
`;

/** Whom the card form makes its tokens for. No secret. */
export async function readPublicKey(): Promise<string> {
  const { data } = await gateway.query({ query: publicKeyQuery });
  const [key] = data?.viewer.seller.accounts.flatMap(({ publicKey }) => publicKey ?? []) ?? [];
  if (key === undefined) throw new Error("The seller is not connected");
  return key;
}

/**
 * Pays, and answers with the payment's id as soon as it is written down: the provider may take many seconds
 * more, which the buyer watches.
 */
export async function pay(attempt: Attempt): Promise<string> {
  const id = await firstValueFrom(race(from(create(attempt)).pipe(switchMap(decided)), written()));
  known.add(id);
  return id;
}

interface Created {
  readonly payment: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const createMutation: TypedDocumentNode<{ createPayment: Created }> = gql`
  mutation Pay($input: CreatePaymentInput!) {
    createPayment(input: $input) {
      payment {
        id
      }
      userErrors {
        code
      }
    }
  }
`;

async function create(attempt: Attempt): Promise<Created> {
  const input = { ...order, ...attempt };
  const { data } = await gateway.mutate({ mutation: createMutation, variables: { input } });
  if (data === undefined) throw new Error("No answer");
  return data.createPayment;
}

/** A payment that the provider refused is there too, as FAILED. */
function decided({ payment, userErrors: [fault] }: Created) {
  if (payment !== null) return of(payment.id);
  // A repeated request met the first one, which still runs: its payment will be found.
  if (fault?.code === "IDEMPOTENCY_IN_PROGRESS") return NEVER;
  throw new Refused(fault?.code ?? "UNKNOWN");
}

const writtenQuery: TypedDocumentNode<{ payments: { edges: { node: { id: string } }[] } }> = gql`
  query Written($reference: String!) {
    payments(filter: { externalReference: $reference }, first: 20) {
      edges {
        node {
          id
        }
      }
    }
  }
`;

/** The order's earlier payments: those of declined cards. */
const known = new Set<string>();

/** The order's new payment, once it is there. A backend that watches its seller's payments need not ask. */
function written() {
  const variables = { reference: order.externalReference };
  return defer(() => gateway.query({ query: writtenQuery, variables })).pipe(
    switchMap(({ data }) => data?.payments.edges.map(({ node }) => node.id) ?? []),
    repeat({ delay: 150 }),
    filter((id) => !known.has(id)),
  );
}

const watchTokenMutation: TypedDocumentNode<{
  createWatchToken: Pick<Created, "userErrors"> & { credential: string | null };
}> = gql`
  mutation WatchToken($paymentId: ID!) {
    createWatchToken(input: { paymentId: $paymentId }) {
      credential
      userErrors {
        code
      }
    }
  }
`;

/** Lets the browser watch this one payment for half an hour, and do nothing else. */
export async function makeWatchToken(paymentId: string): Promise<string> {
  const { data } = await gateway.mutate({
    mutation: watchTokenMutation,
    variables: { paymentId },
  });
  const { credential, userErrors } = data?.createWatchToken ?? { credential: null, userErrors: [] };
  if (credential === null) throw new Refused(userErrors[0]?.code ?? "UNKNOWN");
  return credential;
}
