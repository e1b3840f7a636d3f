import { ApolloClient, gql, InMemoryCache, type TypedDocumentNode } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import {
  defer,
  finalize,
  fromEvent,
  map,
  type Observable,
  race,
  retry,
  takeWhile,
  tap,
  timer,
} from "rxjs";
import type { NextAction } from "./next-action/action";
import type { Language } from "./words";
import { type Advice, type Category, changesByItself, type Status } from "./words/words";

export interface Update {
  readonly cursor: string;
  readonly status: Status;
  readonly payment: {
    readonly id: string;
    readonly approvedAt: string | null;
    readonly nextAction: NextAction | null;
    readonly rejection: Rejection | null;
  };
}

export interface Rejection {
  readonly category: Category;
  readonly advice: Advice;
  /** A field of the card form. */
  readonly field: string | null;
  /** In every language, since the buyer may choose another one. */
  readonly messages: Readonly<Record<Language, string>>;
}

type Told = Omit<Update, "payment"> & {
  readonly payment: Omit<Update["payment"], "rejection"> & {
    readonly rejection: (Omit<Rejection, "messages"> & Rejection["messages"]) | null;
  };
};

const statusSubscription: TypedDocumentNode<
  { paymentUpdated: Told },
  { after: string | undefined }
> = gql`
  subscription Status($after: Cursor) {
    paymentUpdated(after: $after) {
      cursor
      status
      payment {
        id
        approvedAt
        nextAction {
          __typename
          ... on ShowQrCode {
            text
            imageBase64
            expiresAt
          }
          ... on ShowVoucher {
            pageUrl
            barcode
            digitableLine
            reference
            verificationCode
            expiresAt
          }
          ... on GoToPage {
            url
            mayBeFramed
          }
          ... on CardChallenge {
            url
            creq
            expiresAt
          }
        }
        rejection {
          category
          advice
          field
          EN: buyerMessage(language: EN)
          ES: buyerMessage(language: ES)
          PT: buyerMessage(language: PT)
          PL: buyerMessage(language: PL)
        }
      }
    }
  }
`;

/** A network that is lost without a word is noticed after these two together. */
const pingEveryMs = 10_000;
const pongWithinMs = 5_000;

interface Watch {
  /** Asked for again when the old one has expired. */
  readonly makeWatchToken: () => Promise<string>;
  readonly onConnection: (isLive: boolean) => void;
}

/**
 * Every status of a payment, once and in order, until there is nothing to wait for. A lost network is waited
 * for: the next subscription goes on behind the last cursor, so what happened meanwhile comes first.
 */
export function watchPayment({ makeWatchToken, onConnection }: Watch): Observable<Update> {
  let token: string | undefined;
  let cursor: string | undefined;
  let isOver = false;
  let pongDeadline: number | undefined;

  const socket = createClient({
    url: new URL("/graphql", location.href).href.replace(/^http/, "ws"),
    // Repeated below instead: by itself it would subscribe again with the old cursor.
    retryAttempts: 0,
    connectionParams: async () => {
      token ??= await makeWatchToken();
      return { authorization: `Bearer ${token}` };
    },
    keepAlive: pingEveryMs,
    on: {
      connected: () => onConnection(true),
      ping: (isReceived) => {
        if (!isReceived) pongDeadline = window.setTimeout(() => socket.terminate(), pongWithinMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pongDeadline);
      },
      closed: (event) => {
        clearTimeout(pongDeadline);
        // Nobody minds a socket that is closed because all has been seen.
        if (!isOver) onConnection(false);
        if ((event as CloseEvent).code === forbidden) token = undefined;
      },
    },
  });
  const gateway = new ApolloClient({
    link: new GraphQLWsLink(socket),
    cache: new InMemoryCache(),
  });

  return defer(() =>
    gateway.subscribe({
      query: statusSubscription,
      variables: { after: cursor },
      fetchPolicy: "no-cache",
    }),
  ).pipe(
    map(({ data, error }) => {
      if (data === undefined) throw error;
      return toUpdate(data.paymentUpdated);
    }),
    tap((update) => {
      cursor = update.cursor;
    }),
    retry({
      delay: (_fault, attempt) => race(timer(pauseBefore(attempt)), fromEvent(window, "online")),
      resetOnSuccess: true,
    }),
    takeWhile(({ status }) => changesByItself[status], true),
    finalize(() => {
      isOver = true;
    }),
  );
}

function toUpdate({ payment, ...update }: Told): Update {
  if (payment.rejection === null) return { ...update, payment: { ...payment, rejection: null } };
  const { EN, ES, PT, PL, ...rejection } = payment.rejection;
  return {
    ...update,
    payment: { ...payment, rejection: { ...rejection, messages: { EN, ES, PT, PL } } },
  };
}

/** The code of a socket that was closed because its credential is no good any more. */
const forbidden = 4403;

/** Growing and uneven, so that a gateway that comes back is not met by everybody at once. */
function pauseBefore(attempt: number): number {
  return Math.min(10_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);
}
