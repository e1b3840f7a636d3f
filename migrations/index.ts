import { CreateInitialSchema1763700000000 } from "./1763700000000-create-initial-schema";
import { CreateFollowUp1764600020000 } from "./1764600020000-create-follow-up";
import { NameAccountsOfDeliveries1764600030000 } from "./1764600030000-name-accounts-of-deliveries";
import { AddHeartbeat1764600040000 } from "./1764600040000-add-heartbeat";
import { WidenLongTexts1764600050000 } from "./1764600050000-widen-long-texts";
import { DropEndOfConnectionAttempt1764600050010 } from "./1764600050010-drop-end-of-connection-attempt";
import { NameMarketplacesAndActors1764601000000 } from "./1764601000000-name-marketplaces-and-actors";
import { CreateAlert1764601010000 } from "./1764601010000-create-alert";
import { AddNextAction1764602000000 } from "./1764602000000-add-next-action";
import { AddSettlementOfPayment1764604000000 } from "./1764604000000-add-settlement-of-payment";
import { CreateSubscriptionPlan1764605000000 } from "./1764605000000-create-subscription-plan";
import { CreateBillingSubscription1764605010000 } from "./1764605010000-create-billing-subscription";
import { CreatePointDevice1764606000000 } from "./1764606000000-create-point-device";
import { CreatePointOrder1764606010000 } from "./1764606010000-create-point-order";
import { NumberEventsOfMarketplaces1764607000000 } from "./1764607000000-number-events-of-marketplaces";
import { ShowDeliveries1764609000000 } from "./1764609000000-show-deliveries";

/** Every step, oldest first. A step is never edited once it has been merged. */
export const migrations = [
  CreateInitialSchema1763700000000,
  CreateFollowUp1764600020000,
  NameAccountsOfDeliveries1764600030000,
  AddHeartbeat1764600040000,
  WidenLongTexts1764600050000,
  DropEndOfConnectionAttempt1764600050010,
  NameMarketplacesAndActors1764601000000,
  CreateAlert1764601010000,
  AddNextAction1764602000000,
  AddSettlementOfPayment1764604000000,
  CreateSubscriptionPlan1764605000000,
  CreateBillingSubscription1764605010000,
  CreatePointDevice1764606000000,
  CreatePointOrder1764606010000,
  NumberEventsOfMarketplaces1764607000000,
  ShowDeliveries1764609000000,
];
