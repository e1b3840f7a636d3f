import type { Connection } from "../../schema/connection";
import type { PaymentSortName } from "../../schema/enums";
import type { PageArgs } from "../../schema/page.args";
import type { PaymentType } from "../../schema/payment.type";
import type { PaymentFilter } from "../../schema/payment-filter.input";
import { pageCursor } from "../../services/payment/payment-reader";
import type { RequestContext } from "../context";
import { toConnection, toPageRequest } from "../paging";
import { readFilter } from "./payment.input";
import { toPayment } from "./payment.mapper";

/** A page of payments as a connection, for the root and for a seller. */
export async function pageOfPayments(
  { loaders, principal, services }: RequestContext,
  page: PageArgs,
  filter: PaymentFilter | null | undefined,
  sort: PaymentSortName,
): Promise<Connection<PaymentType>> {
  const { payments, registry } = services;
  const found = await payments.page(principal, readFilter(filter), sort, toPageRequest(page));
  for (const payment of found.items) loaders.payments.prime(payment.id, payment);
  return toConnection(
    found.items,
    (payment) => toPayment(payment, registry),
    (payment) => pageCursor(payment, sort),
    { next: found.hasNext, previous: found.hasPrevious },
  );
}
