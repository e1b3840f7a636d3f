import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import { refuse } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import type { Currency } from "../../domain/money";
import type { Principal } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type { Language } from "../../domain/rejection";
import {
  CardIssuersArgs,
  DocumentTypesArgs,
  InstallmentPlansArgs,
  PaymentMethodsArgs,
} from "../../schema/look-up/look-up.args";
import {
  type CardInstallmentsType,
  CardIssuerLookUpType,
  type CardIssuerType,
  DocumentTypeLookUpType,
  type DocumentTypeType,
  InstallmentPlanLookUpType,
  type LookUp,
  PaymentMethodLookUpType,
  type PaymentMethodOfferType,
} from "../../schema/look-up/look-up.type";
import { LanguageEnum } from "../../schema/shared/enums";
import { readAmount, readCurrency } from "../../services/payment/payment-input";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { readAll, readId } from "../input";
import { toCardInstallments, toMethodOffer } from "./look-up.view";

/** Each may be a call to a provider. */
const providerCall = { nullable: true, complexity: 100 };
/** Ends each description. */
const errors =
  "NOT_FOUND for a seller that you may not ask about, NO_CAPABLE_ACCOUNT where the seller has no account for it, PROVIDER_UNAVAILABLE where the provider gives no answer and gave none lately.";

/** What a checkout asks before there is a payment. */
@Resolver()
export class LookUpResolver {
  @Query(() => PaymentMethodLookUpType, {
    ...providerCall,
    description: `What the seller's own account takes, as its provider told within the hour. ${errors}`,
  })
  paymentMethods(
    @Ctx() { principal, services }: RequestContext,
    @Args(() => PaymentMethodsArgs) args: PaymentMethodsArgs,
    @Arg("language", () => LanguageEnum, {
      defaultValue: "EN",
      description: "Of names, where the provider writes it.",
    })
    language: Language,
  ): Promise<LookUp<PaymentMethodOfferType>> {
    const query = readCheckout(principal, args);
    const amount = isGiven(args.amount)
      ? readAmount(args.amount, query.currency, ["amount"])
      : null;
    return shown(
      services.lookUps.methods(principal, { ...query, amount, language }),
      toMethodOffer,
    );
  }

  @Query(() => InstallmentPlanLookUpType, {
    ...providerCall,
    description: `In how many parts a card may pay at the seller's own account, and what that costs the buyer, as its provider told within five minutes. ${errors}`,
  })
  installmentPlans(
    @Ctx() { principal, services }: RequestContext,
    @Args(() => InstallmentPlansArgs) args: InstallmentPlansArgs,
  ): Promise<LookUp<CardInstallmentsType>> {
    const [query, card, issuerId] = readAll(
      () => readCheckout(principal, args),
      () => readCard(args),
      () => readOpaque(args.issuerId, "issuerId"),
    );
    const amount = readAmount(args.amount, query.currency, ["amount"]);
    const asked = services.lookUps.installmentPlans(principal, {
      ...query,
      ...card,
      amount,
      issuerId,
    });
    return shown(asked, toCardInstallments);
  }

  @Query(() => DocumentTypeLookUpType, {
    ...providerCall,
    description: `What buyers of the seller identify themselves by, as its provider told within the hour. ${errors}`,
  })
  documentTypes(
    @Ctx() { principal, services }: RequestContext,
    @Args(() => DocumentTypesArgs) { currency, ...args }: DocumentTypesArgs,
  ): Promise<LookUp<DocumentTypeType>> {
    const [sellerId, read] = readAll(
      () => readSeller(principal, args.sellerId),
      () => (isGiven(currency) ? readCurrency(currency, ["currency"]) : null),
    );
    const query = { sellerId, currency: read, provider: args.provider ?? undefined };
    return services.lookUps.documentTypes(principal, query);
  }

  @Query(() => CardIssuerLookUpType, {
    ...providerCall,
    description: `Who may have issued a card, at the seller's own account, as its provider told within the hour. ${errors}`,
  })
  cardIssuers(
    @Ctx() { principal, services }: RequestContext,
    @Args(() => CardIssuersArgs) args: CardIssuersArgs,
  ): Promise<LookUp<CardIssuerType>> {
    const [query, card] = readAll(
      () => readCheckout(principal, args),
      () => readCard(args),
    );
    return services.lookUps.cardIssuers(principal, { ...query, ...card });
  }
}

interface Checkout {
  readonly sellerId: SellerId;
  readonly currency: Currency;
  readonly provider: Provider | undefined;
}

function readCheckout(
  principal: Principal,
  args: Pick<PaymentMethodsArgs, "sellerId" | "currency" | "provider">,
): Checkout {
  const [sellerId, currency] = readAll(
    () => readSeller(principal, args.sellerId),
    () => readCurrency(args.currency, ["currency"]),
  );
  return { sellerId, currency, provider: args.provider ?? undefined };
}

function readSeller(principal: Principal, id: string | null | undefined): SellerId {
  if (isGiven(id)) return readId("Seller", id, ["sellerId"]);
  if (principal.role === "SELLER" || principal.role === "PUBLISHABLE") return principal.sellerId;
  throw refuse("INVALID_INPUT", "say which seller's checkout", ["sellerId"]);
}

/** What was given is never repeated: it may be a whole number. */
function readCard({ cardBin, methodId }: Pick<CardIssuersArgs, "cardBin" | "methodId">) {
  if (!/^(\d{6}|\d{8})$/.test(cardBin)) {
    const isWhole = cardBin.replace(/\D/g, "").length > 8;
    throw refuse(
      isWhole ? "CARD_DATA_NOT_ACCEPTED" : "INVALID_INPUT",
      "give the first six or eight digits of the card, and no more",
      ["cardBin"],
    );
  }
  return { cardBin, methodId: readOpaque(methodId, "methodId") };
}

function readOpaque(id: string | null | undefined, name: string): string | null {
  if (!isGiven(id)) return null;
  if (/^[\x21-\x7e]{1,64}$/.test(id)) return id;
  throw refuse("INVALID_INPUT", "this is no id of a look-up", [name]);
}

async function shown<T, V>(
  looking: Promise<{ readonly items: readonly T[] } & Omit<LookUp<V>, "items">>,
  view: (item: T) => V,
): Promise<LookUp<V>> {
  const looked = await looking;
  return { ...looked, items: looked.items.map(view) };
}
