import { mercadoPagoModule } from "./mercado-pago/settings";
import { payuModule } from "./payu/settings";

/** Every provider that the gateway knows. The simulator stands in for all of them while the first one's API is not named. */
export const providerModules = {
  MERCADO_PAGO: mercadoPagoModule,
  PAYU: payuModule,
} as const;
