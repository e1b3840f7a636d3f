import { type ApolloClient, gql, type TypedDocumentNode } from "@apollo/client";
import { connect } from "./gateway";
import type { Language } from "./words";

export interface MethodOffer {
  readonly id: string;
  readonly name: string;
  /** The fields of `payWith` that pay by it, the plainest first. */
  readonly payWith: readonly string[];
  readonly buyerFields: readonly string[];
  readonly banks: readonly { readonly id: string; readonly name: string }[];
}

export interface DocumentType {
  readonly id: string;
  readonly name: string;
  readonly digitsOnly: boolean;
  readonly minLength: number | null;
  readonly maxLength: number | null;
}

export interface InstallmentPlan {
  readonly installments: number;
  readonly installmentAmount: { readonly amount: string } | null;
  readonly totalAmount: { readonly amount: string } | null;
  readonly labels: readonly string[];
}

/** What one kind of card may do. */
export interface CardInstallments {
  readonly methodId: string;
  readonly issuer: { readonly id: string; readonly name: string } | null;
  readonly plans: readonly InstallmentPlan[];
}

interface Sum {
  readonly amount: string;
  readonly currency: string;
}

const methodsQuery: TypedDocumentNode<
  {
    paymentMethods: { items: MethodOffer[] } | null;
    documentTypes: { items: DocumentType[] } | null;
  },
  Sum & { language: Language }
> = gql`
  query Methods($amount: Decimal!, $currency: CurrencyCode!, $language: Language!) {
    paymentMethods(amount: $amount, currency: $currency, language: $language) {
      items {
        id
        name
        payWith
        buyerFields
        banks {
          id
          name
        }
      }
    }
    documentTypes(currency: $currency) {
      items {
        id
        name
        digitsOnly
        minLength
        maxLength
      }
    }
  }
`;

const plansQuery: TypedDocumentNode<
  { installmentPlans: { items: CardInstallments[] } | null },
  Sum & { cardBin: string }
> = gql`
  query Plans($amount: Decimal!, $currency: CurrencyCode!, $cardBin: String!) {
    installmentPlans(amount: $amount, currency: $currency, cardBin: $cardBin) {
      items {
        methodId
        issuer {
          id
          name
        }
        plans {
          installments
          installmentAmount {
            amount
          }
          totalAmount {
            amount
          }
          labels
        }
      }
    }
  }
`;

/** What the page asks by itself, with a publishable key: nothing that is stored can be reached by it. */
export class LookUps {
  readonly #gateway: ApolloClient;

  constructor(
    publishableKey: string,
    private readonly sum: Sum,
  ) {
    this.#gateway = connect(publishableKey);
  }

  async methods(language: Language) {
    const { amount, currency } = this.sum;
    const variables = { amount, currency, language };
    const { data } = await this.#gateway.query({ query: methodsQuery, variables });
    return {
      methods: data?.paymentMethods?.items ?? [],
      documentTypes: data?.documentTypes?.items ?? [],
    };
  }

  /** `cardBin`: six to eight digits, never more. Empty for a card that the shop does not take. */
  async plans(cardBin: string): Promise<readonly CardInstallments[]> {
    const { amount, currency } = this.sum;
    const variables = { amount, currency, cardBin };
    const { data } = await this.#gateway.query({ query: plansQuery, variables });
    return data?.installmentPlans?.items ?? [];
  }
}
