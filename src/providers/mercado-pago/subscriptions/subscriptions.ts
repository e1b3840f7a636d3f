import type { SubscriptionObservation } from "../../../domain/billing-subscription";
import type { PlanObservation, PlanTerms } from "../../../domain/subscription-plan";
import type {
  CreateSubscriptionCommand,
  EffectCall,
  Outcome,
  ReadCall,
  SubscriptionChange,
  SubscriptionOperations,
  SubscriptionSearch,
  SubscriptionSeller,
} from "../../provider";
import type { MercadoPagoClient } from "../client";
import { createPlan, findPlan, getPlan, updatePlan } from "./plans";
import { createPreapproval, findPreapproval, getPreapproval } from "./preapprovals";
import { termsRefusals } from "./terms";
import { updatePreapproval } from "./update-preapproval";

/** Plans (`/preapproval_plan`), subscriptions (`/preapproval`), what they are charged (`/authorized_payments`). */
export class MercadoPagoSubscriptions implements SubscriptionOperations {
  constructor(private readonly client: MercadoPagoClient) {}

  planRefusals(terms: Partial<PlanTerms>, seller: SubscriptionSeller) {
    return termsRefusals(terms, seller);
  }

  createPlan(
    command: { readonly reference: string; readonly terms: PlanTerms },
    call: EffectCall,
  ): Promise<Outcome<PlanObservation>> {
    return createPlan(this.client, command, call);
  }

  getPlan(providerPlanId: string, call: ReadCall): Promise<Outcome<PlanObservation | null>> {
    return getPlan(this.client, providerPlanId, call);
  }

  findPlan(
    reference: string,
    since: Date,
    call: ReadCall,
  ): Promise<Outcome<PlanObservation | null>> {
    return findPlan(this.client, reference, since, call);
  }

  updatePlan(
    providerPlanId: string,
    change: { readonly terms: Partial<PlanTerms>; readonly isActive: boolean | null },
    call: EffectCall,
  ): Promise<Outcome<PlanObservation>> {
    return updatePlan(this.client, providerPlanId, change, call);
  }

  create(
    command: CreateSubscriptionCommand,
    call: EffectCall,
  ): Promise<Outcome<SubscriptionObservation>> {
    return createPreapproval(this.client, command, call);
  }

  get(
    providerSubscriptionId: string,
    call: ReadCall,
  ): Promise<Outcome<SubscriptionObservation | null>> {
    return getPreapproval(this.client, providerSubscriptionId, call);
  }

  update(
    subscription: { readonly providerSubscriptionId: string; readonly reference: string },
    change: SubscriptionChange,
    call: EffectCall,
  ): Promise<Outcome<SubscriptionObservation>> {
    return updatePreapproval(this.client, subscription, change, call);
  }

  find(
    search: SubscriptionSearch,
    call: ReadCall,
  ): Promise<Outcome<SubscriptionObservation | null>> {
    return findPreapproval(this.client, search, call);
  }
}
