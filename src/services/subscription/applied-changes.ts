import type { UserErrorFact } from "../../domain/errors";
import type { Provider } from "../../domain/provider";
import type { Difference } from "../../domain/subscription-plan";

/** A field that the provider said yes to and left as it was. */
export function notApplied(
  { provider }: { readonly provider: Provider },
  { field, expected, given }: Difference,
): UserErrorFact {
  return {
    code: "CHANGE_NOT_APPLIED",
    message: "the provider answered yes and did not change this",
    path: ["input", ...field.split(".")],
    provider,
    expected,
    given,
  };
}
