/**
 * What a shop's own backend does. It stands in the page only because the demo has no other server; copy it
 * into yours. A seller's key must never reach a browser: it reads and moves all of the seller's money.
 */
import { gql, type TypedDocumentNode } from "@apollo/client";
import { defer, filter, firstValueFrom, from, NEVER, of, race, repeat, switchMap } from "rxjs";
import { connect, Refused, type UserError } from "./gateway";
import type { Attempt } from "./order-store";
import { makeWatchToken } from "./watch-token";

/** What is sold. The sum is the backend's to say, never the page's. */
export interface Order {
  readonly amount: string;
  readonly currency: string;
  readonly description: string;
}

export interface Shop {
  readonly name: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly provider: "MERCADO_PAGO" | "PAYU";
  /** Whom the card form makes its tokens for. No secret. Null: the provider has no such form here. */
  readonly publicKey: string | null;
  readonly order: Order;
}

/** Three books, where the seller sells. */
const orders: Readonly<Record<string, Order>> = {
  AR: { amount: "45900.00", currency: "ARS", description: "Tres libros" },
  BR: { amount: "189.90", currency: "BRL", description: "Três livros" },
  CL: { amount: "24900", currency: "CLP", description: "Tres libros" },
  CO: { amount: "129900", currency: "COP", description: "Tres libros" },
  MX: { amount: "589.00", currency: "MXN", description: "Tres libros" },
  PE: { amount: "119.90", currency: "PEN", description: "Tres libros" },
  PL: { amount: "129.90", currency: "PLN", description: "Trzy książki" },
  UY: { amount: "1290.00", currency: "UYU", description: "Tres libros" },
};

/** The buyer's address, which PayU and PSE ask for: a server knows it by the request. */
const additionalInfo = { ipAddress: "127.0.0.1" };

const shopQuery: TypedDocumentNode<{
  viewer: {
    seller: {
      name: string;
      country: string | null;
      accounts: { provider: Shop["provider"]; publicKey: string | null }[];
    };
  };
}> = gql`
  query Shop {
    viewer {
      seller {
        name
        country
        accounts {
          provider
          publicKey
        }
      }
    }
  }
`;

interface Created {
  readonly payment: { readonly id: string } | null;
  readonly userErrors: readonly UserError[];
}

const createMutation: TypedDocumentNode<{ createPayment: Created }> = gql`
  mutation Pay($input: CreatePaymentInput!) {
    createPayment(input: $input) {
      payment {
        id
      }
      userErrors {
        code
        path
      }
    }
  }
`;

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

const cancelMutation: TypedDocumentNode<{ cancelPayment: Pick<Created, "userErrors"> }> = gql`
  mutation Cancel($input: CancelPaymentInput!) {
    cancelPayment(input: $input) {
      userErrors {
        code
        path
      }
    }
  }
`;

export class ShopBackend {
  readonly #gateway;
  #shop: Shop | undefined;

  constructor(sellerKey: string) {
    this.#gateway = connect(sellerKey);
  }

  async readShop(): Promise<Shop> {
    const { data } = await this.#gateway.query({ query: shopQuery });
    const { name, country, accounts } = data?.viewer.seller ?? {};
    const [account] = accounts ?? [];
    const order = orders[country ?? ""];
    if (name === undefined || account === undefined || order === undefined || !country) {
      throw new Error("The seller is not connected, or sells where the demo has no price");
    }
    this.#shop = { name, country, ...account, order };
    return this.#shop;
  }

  /**
   * Pays, and answers with the payment's id as soon as it is written down: the provider may take many seconds
   * more, which the buyer watches. Asks until there is an answer, under the attempt's own key.
   * `whyFailed` is called where the provider refused a payment that is there, as FAILED.
   * @throws Refused nothing was taken
   */
  async pay(
    attempt: Attempt,
    { reference, ended }: { readonly reference: string; readonly ended: readonly string[] },
    whyFailed: (errors: readonly UserError[]) => void,
  ): Promise<string> {
    for (let pauseMs = 500; ; pauseMs = Math.min(10_000, pauseMs * 2)) {
      const answer = this.#create(attempt, reference).then((created) => {
        if (created.payment !== null && created.userErrors.length > 0)
          whyFailed(created.userErrors);
        return created;
      });
      const created = from(answer).pipe(switchMap(decided));
      try {
        return await firstValueFrom(race(created, this.#written(reference, ended)));
      } catch (fault) {
        if (fault instanceof Refused) throw fault;
        // After anything else the payment may be there.
        await new Promise((done) => setTimeout(done, pauseMs));
      }
    }
  }

  /** Ends what nobody has paid yet. What comes of it is told to whoever watches the payment. */
  async cancel(paymentId: string): Promise<void> {
    // One intent for each payment, however often it is asked for.
    const input = { paymentId, idempotencyKey: `cancel-${paymentId}` };
    await this.#gateway.mutate({ mutation: cancelMutation, variables: { input } });
  }

  /** Lets the browser watch this one payment for half an hour, and do nothing else. */
  makeWatchToken(paymentId: string): Promise<string> {
    return makeWatchToken(this.#gateway, paymentId);
  }

  async #create({ idempotencyKey, request }: Attempt, reference: string): Promise<Created> {
    const order = (this.#shop ?? (await this.readShop())).order;
    const input = {
      ...order,
      ...request,
      idempotencyKey,
      externalReference: reference,
      additionalInfo,
    };
    const { data } = await this.#gateway.mutate({ mutation: createMutation, variables: { input } });
    if (data === undefined) throw new Error("No answer");
    return data.createPayment;
  }

  /** The order's new payment, once it is there. A backend that watches its seller's payments need not ask. */
  #written(reference: string, ended: readonly string[]) {
    return defer(() => this.#gateway.query({ query: writtenQuery, variables: { reference } })).pipe(
      switchMap(({ data }) => data?.payments.edges.map(({ node }) => node.id) ?? []),
      repeat({ delay: 150 }),
      filter((id) => !ended.includes(id)),
    );
  }
}

/** A payment that the provider refused is there too, as FAILED. */
function decided({ payment, userErrors }: Created) {
  if (payment !== null) return of(payment.id);
  // A repeated request met the first one, which still runs: its payment will be found.
  if (userErrors[0]?.code === "IDEMPOTENCY_IN_PROGRESS") return NEVER;
  throw new Refused(userErrors);
}
