import { type Message, prepareWebhook } from "../notifications";
import type { World } from "../world";
import type { Invoice, Plan, Preapproval, Resource } from "./model";
import { subscriptionTopics } from "./webhook-body";

const minute = 60 * 1000;

/**
 * Five deliveries: at once, after half a second, 19 and 35 minutes and 6.07 hours (measured). Choice: all counted from
 * the first one; the table is not clear about that.
 */
const retryWaitsMs = [500, 19 * minute - 500, 16 * minute, 6.07 * 60 * minute - 35 * minute];

type Action = "created" | "updated";

export function announcePlan(world: World, plan: Plan, action: Action): void {
  announce(world, plan, subscriptionTopics.plan, plan.id, action);
}

export function announcePreapproval(world: World, preapproval: Preapproval, action: Action): void {
  announce(world, preapproval, subscriptionTopics.preapproval, preapproval.id, action);
}

export function announceInvoice(world: World, invoice: Invoice, action: Action): void {
  announce(world, invoice, subscriptionTopics.invoice, String(invoice.id), action);
}

/** To the application's own address alone: these endpoints ignore a notification_url. */
function announce(
  world: World,
  resource: Resource,
  type: string,
  dataId: string,
  action: Action,
): void {
  const { version, account, clientId } = resource;
  resource.announcedVersion = version;
  const message: Message = {
    type,
    action,
    dataId,
    account,
    clientId,
    at: world.clock.now(),
    version,
    url: world.settings.webhookUrl,
  };
  const begin = () =>
    world.notifier.announce((attempt) => {
      // A state that is no longer the newest one told is not told again (measured).
      if (attempt > 0 && resource.announcedVersion > version) return undefined;
      return { ...prepareWebhook(world, message, attempt), retryWaitsMs };
    });
  const { notificationDelayMs } = world.settings.subscriptions;
  if (notificationDelayMs === 0) begin();
  else world.schedule.at(world.clock.now() + notificationDelayMs, begin);
}
