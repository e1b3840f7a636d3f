import type { GraphQLResolveInfo } from "graphql";
import type { PaymentType } from "../../schema/payment/payment.type";
import type { PaymentFilter } from "../../schema/payment/payment-filter.input";
import type { Connection } from "../../schema/shared/connection";
import type { PaymentSortName } from "../../schema/shared/enums";
import type { PageArgs } from "../../schema/shared/page.args";
import { pageCursor } from "../../services/payment/payment-reader";
import type { RequestContext } from "../context";
import { toConnection, toPageRequest } from "../paging";
import { selectedFields } from "../selection";
import { sellerView, toSeller } from "../seller/seller.view";
import { nextActionFields } from "./next-action.resolver";
import { readFilter } from "./payment.input";
import { paymentView, toPayment } from "./payment.view";

/** Fields that look at the payment's whole row. */
const wholeRowFields = ["availableActions", "refundableUntil"];
/** What the resolvers of other fields are made from. A seller is read along, so that nothing is needed to find it. */
const sources: ReadonlyMap<string, string> = new Map([
  ["events", "sellerId"],
  ["order", "orderId"],
  ...nextActionFields.map((field) => [field, "nextActionRow"] as const),
]);

/** A page of payments as a connection, for the root and for a seller. */
export async function pageOfPayments(
  { loaders, principal, services }: RequestContext,
  page: PageArgs,
  filter: PaymentFilter | null | undefined,
  sort: PaymentSortName,
  info: GraphQLResolveInfo,
): Promise<Connection<PaymentType>> {
  const { payments, registry } = services;
  const fields = selectedFields(info, "edges", "node");
  const isWhole = wholeRowFields.some((field) => fields.has(field));
  const found = await payments.page(principal, readFilter(filter), sort, toPageRequest(page), {
    payment: isWhole ? undefined : paymentView.needsOf([...fields, ...sourcesOf(fields)]),
    seller: fields.has("seller")
      ? sellerView.needsOf([...selectedFields(info, "edges", "node", "seller"), "id"])
      : undefined,
  });
  if (isWhole) {
    for (const { payment } of found.items) loaders.Payment.prime(payment.id, payment);
  }
  return toConnection(
    found.items,
    ({ payment, seller }) => {
      const shown = toPayment(payment, registry);
      if (seller !== undefined) shown.readSeller = toSeller(seller);
      return shown;
    },
    ({ payment }) => pageCursor(payment, sort),
    { next: found.hasNext, previous: found.hasPrevious },
  );
}

function sourcesOf(fields: ReadonlySet<string>): string[] {
  return [...fields].flatMap((field) => sources.get(field) ?? []);
}
