/**
 * What a marketplace's own backend does for an order of several sellers. It stands in the page only because the demo has no
 * other server; copy it into yours. The marketplace's key must never reach a browser.
 */
import { gql, type TypedDocumentNode } from "@apollo/client";
import { connect, Refused, type UserError } from "./gateway";
import type { Marketplace } from "./settings";
import { makeWatchToken } from "./watch-token";

/** What is sold by whom. The sums are the backend's to say, never the page's. */
export interface Cart {
  readonly seller: { readonly id: string; readonly name: string };
  readonly thing: "novel" | "mug" | "print";
  readonly product: {
    readonly name: string;
    readonly unitPrice: string;
    readonly quantity: number;
  };
  readonly amount: string;
}

export const currency = "PLN";
export const total = "144.90";

const things = [
  { thing: "novel", name: "Powieść", unitPrice: "35.00", quantity: 2, amount: "70.00" },
  { thing: "mug", name: "Kubek", unitPrice: "29.90", quantity: 1, amount: "29.90" },
  { thing: "print", name: "Grafika", unitPrice: "45.00", quantity: 1, amount: "45.00" },
] as const;

/** Three sellers of the marketplace, one thing of each. */
export function cartsOf({ sellers }: Marketplace): readonly Cart[] {
  return things.flatMap(({ thing, amount, ...product }, index) => {
    const seller = sellers[index];
    return seller === undefined ? [] : [{ seller, thing, product, amount }];
  });
}

export interface OrderMade {
  readonly id: string;
  readonly payments: readonly { readonly id: string; readonly seller: { readonly id: string } }[];
  /** PayU's page. */
  readonly pageUrl: string | null;
}

const orderMutation: TypedDocumentNode<{
  createMarketplaceOrder: {
    order: {
      id: string;
      payments: { id: string; seller: { id: string } }[];
      nextAction: { url?: string } | null;
    } | null;
    userErrors: UserError[];
  };
}> = gql`
  mutation Order($input: CreateMarketplaceOrderInput!) {
    createMarketplaceOrder(input: $input) {
      order {
        id
        payments {
          id
          seller {
            id
          }
        }
        nextAction {
          ... on GoToPage {
            url
          }
        }
      }
      userErrors {
        code
        path
      }
    }
  }
`;

export class MarketplaceBackend {
  readonly #gateway;
  readonly #carts;

  constructor(marketplace: Marketplace) {
    this.#gateway = connect(marketplace.key);
    this.#carts = cartsOf(marketplace);
  }

  /**
   * Makes the order, which PayU splits between the sellers. Asks until there is an answer, under the same key.
   * @throws Refused nothing was made
   */
  async order(attempt: {
    readonly idempotencyKey: string;
    readonly reference: string;
    readonly email: string;
    readonly continueUrl: string;
  }): Promise<OrderMade> {
    const { idempotencyKey, reference, email, continueUrl } = attempt;
    const input = {
      ...{ idempotencyKey, currency, total, continueUrl, ipAddress: "127.0.0.1" },
      externalReference: reference,
      description: "Trzy rzeczy od trzech sprzedawców",
      // The marketplace's own name for the buyer; this demo has no accounts.
      buyer: { reference, email },
      carts: this.#carts.map(({ seller, product }) => ({
        sellerId: seller.id,
        products: [product],
      })),
    };
    for (let pauseMs = 500; ; pauseMs = Math.min(10_000, pauseMs * 2)) {
      const { data } = await this.#gateway
        .mutate({ mutation: orderMutation, variables: { input } })
        // After anything but a refusal the order may be there.
        .catch(() => ({ data: undefined }));
      const { order, userErrors } = data?.createMarketplaceOrder ?? {};
      if (order) return { ...order, pageUrl: order.nextAction?.url ?? null };
      const [fault] = userErrors ?? [];
      // A repeated request met the first one, which still runs.
      if (fault !== undefined && fault.code !== "IDEMPOTENCY_IN_PROGRESS") {
        throw new Refused(userErrors ?? []);
      }
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  }

  /** Lets the browser watch one seller's payment for half an hour, and do nothing else. */
  makeWatchToken(paymentId: string): Promise<string> {
    return makeWatchToken(this.#gateway, paymentId);
  }
}
