import type { UserErrorFact } from "../../domain/errors";
import type { Provider } from "../../domain/provider";
import type { ProviderRefusal } from "../../providers/provider";

/** A provider's "no" as a client sees it, at the place of the input that it is about. */
export function refusalOf(
  { provider }: { readonly provider: Provider },
  refusal: ProviderRefusal,
): UserErrorFact {
  const { code, message, field, retryable, providerCode } = refusal;
  return {
    code,
    message,
    path: field === undefined ? ["input"] : ["input", ...field.split(".")],
    provider,
    retryable,
    ...(providerCode === undefined ? {} : { providerCode }),
  };
}
