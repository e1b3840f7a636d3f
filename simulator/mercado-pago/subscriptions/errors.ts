import type { JsonObject } from "../../core/json-body";
import { ApiError } from "../errors";

/** A refusal as these endpoints word it: a text and a status, and no cause. There is no list of codes to go by. */
export class SubscriptionRefusal extends ApiError {
  constructor(
    status: number,
    message: string,
    private readonly rest: JsonObject = { status },
  ) {
    super(status, "", message);
  }

  override body(): JsonObject {
    return { message: this.message, ...this.rest };
  }
}

export function refuse(message: string, status = 400): SubscriptionRefusal {
  return new SubscriptionRefusal(status, message);
}

export function missing(name: string): SubscriptionRefusal {
  return refuse(`${name} is required`);
}

export function invalid(field: string): SubscriptionRefusal {
  return refuse(`Invalid field -> ${field}`);
}

/** Another account's resource is told from one that does not exist (measured). */
export function strange(what: string, id: string, callerId: number): SubscriptionRefusal {
  return refuse(`The ${what} with id ${id} is not valid for callerId ${callerId}`);
}

export function unknown(what: string, id: string): SubscriptionRefusal {
  return refuse(`The ${what} with id ${id} does not exist`, 404);
}

/** A new card that its issuer does not confirm: no reason, not even a status in the body (measured). */
export function namelessRefusal(): SubscriptionRefusal {
  return new SubscriptionRefusal(402, "Unknown error", { error: null, cause: null });
}
