import type { FastifyInstance } from "fastify";
import type { World } from "../world";
import { registerSubscriptionPage } from "./checkout-page";
import { registerSubscriptionControl } from "./control";
import { registerInvoices } from "./invoice-routes";
import { registerPlans } from "./plan-routes";
import { registerPreapprovals } from "./preapproval-routes";

/** Recurring billing: plans, subscriptions, their invoices, the payer's page, and the switches of all that. */
export function registerSubscriptions(app: FastifyInstance, world: World): void {
  registerPlans(app, world);
  registerPreapprovals(app, world);
  registerInvoices(app, world);
  registerSubscriptionPage(app, world);
  registerSubscriptionControl(app, world);
}
