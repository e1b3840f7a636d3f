import { z } from "zod";
import { flag, list, port, secret, url, whole } from "../../settings/readers";
import { type ProviderModule, type ProviderSettings, readableIn } from "../settings";
import { createMercadoPago } from ".";
import type { MercadoPagoApplication } from "./token-endpoint";

export interface MercadoPagoSettings extends ProviderSettings {
  /** The application that sellers connect to; undefined: none is set up. */
  readonly application: MercadoPagoApplication | undefined;
  readonly redirectUri: string;
  /** The script that turns cards into tokens in a page. */
  readonly scriptUrl: string;
}

const productionUrl = "https://api.mercadopago.com";
const productionScriptUrl = "https://sdk.mercadopago.com/js/v2";

/** Known to everybody who reads this file, and therefore refused in production. */
const demo = {
  webhookSecret: "demo-webhook-secret",
  /** The simulator's application. */
  clientId: "1010101010101010",
  clientSecret: "demo-client-secret",
} as const;

const variables = {
  MERCADO_PAGO_API_URL: url("http", "https").optional(),
  MERCADO_PAGO_WEBHOOK_SECRETS: z
    .string()
    .transform(list)
    .pipe(z.array(secret).min(1, "must name at least one secret"))
    .optional(),
  MERCADO_PAGO_UNSIGNED_NOTIFICATIONS: flag,
  MERCADO_PAGO_TIMEOUT_MS: whole(25_000),
  MERCADO_PAGO_CLIENT_ID: z
    .string()
    .regex(/^\d{1,32}$/, "must be a number")
    .optional(),
  MERCADO_PAGO_CLIENT_SECRET: secret.optional(),
  MERCADO_PAGO_PKCE: z
    .enum(["S256", "plain", "off"], { error: "must be S256, plain or off" })
    .default("S256"),
  MERCADO_PAGO_AUTHORIZATION_URL: url("http", "https").optional(),
  MERCADO_PAGO_REDIRECT_URI: url("http", "https").optional(),
  SIMULATOR_MERCADO_PAGO_PORT: port(4010, 1),
} as const;

type Values = z.output<z.ZodObject<typeof variables>>;

export const mercadoPagoModule: ProviderModule<MercadoPagoSettings> = {
  name: "MERCADO_PAGO",
  title: "Mercado Pago",
  variables,
  apiVariable: "MERCADO_PAGO_API_URL",
  timeoutVariable: "MERCADO_PAGO_TIMEOUT_MS",
  simulatorPortVariable: "SIMULATOR_MERCADO_PAGO_PORT",
  addressVariables: [
    "MERCADO_PAGO_REDIRECT_URI",
    "MERCADO_PAGO_AUTHORIZATION_URL",
    "MERCADO_PAGO_API_URL",
  ],

  secretsIn(env) {
    const values = readableIn(variables, env);
    const { MERCADO_PAGO_WEBHOOK_SECRETS: secrets = [], MERCADO_PAGO_CLIENT_SECRET } = values;
    return [
      ...secrets.map((each) => ["MERCADO_PAGO_WEBHOOK_SECRETS", each] as const),
      ...(MERCADO_PAGO_CLIENT_SECRET === undefined
        ? []
        : [["MERCADO_PAGO_CLIENT_SECRET", MERCADO_PAGO_CLIENT_SECRET] as const]),
    ];
  },

  faultsIn(env, isProduction) {
    const faults: string[] = [];
    const isGiven = (name: keyof Values) => env[name] !== undefined;
    if (isGiven("MERCADO_PAGO_CLIENT_ID") !== isGiven("MERCADO_PAGO_CLIENT_SECRET")) {
      faults.push("MERCADO_PAGO_CLIENT_ID and MERCADO_PAGO_CLIENT_SECRET must be set together");
    }
    if (!isProduction) return faults;
    if (!isGiven("MERCADO_PAGO_WEBHOOK_SECRETS")) {
      faults.push("MERCADO_PAGO_WEBHOOK_SECRETS must be set in production");
    }
    const values = readableIn(variables, env);
    if (values.MERCADO_PAGO_WEBHOOK_SECRETS?.includes(demo.webhookSecret)) {
      faults.push("MERCADO_PAGO_WEBHOOK_SECRETS must not be the demo value in production");
    }
    if (values.MERCADO_PAGO_CLIENT_SECRET === demo.clientSecret) {
      faults.push("MERCADO_PAGO_CLIENT_SECRET must not be the demo value in production");
    }
    return faults;
  },

  read(env, { isProduction, publicUrl, hasSimulator }) {
    const values = z.object(variables).parse(env);
    const simulatorUrl = `http://127.0.0.1:${values.SIMULATOR_MERCADO_PAGO_PORT}`;
    const apiUrl = values.MERCADO_PAGO_API_URL ?? (isProduction ? productionUrl : simulatorUrl);
    return {
      isSetUp: true,
      apiUrl,
      startSimulator: hasSimulator,
      webhookSecrets: { "": values.MERCADO_PAGO_WEBHOOK_SECRETS ?? [demo.webhookSecret] },
      unsignedNotifications: values.MERCADO_PAGO_UNSIGNED_NOTIFICATIONS ?? false,
      timeoutMs: values.MERCADO_PAGO_TIMEOUT_MS,
      application: applicationOf(values, apiUrl, isProduction),
      redirectUri: values.MERCADO_PAGO_REDIRECT_URI ?? `${publicUrl}/oauth/mercadopago/callback`,
      scriptUrl: hasSimulator ? `${simulatorUrl}/js/v2` : productionScriptUrl,
    };
  },

  warningsOf: ({ application }) =>
    application === undefined
      ? ["MERCADO_PAGO_CLIENT_ID is not set: no seller can be connected, or kept connected"]
      : [],

  simulatorEnv: ({ apiUrl }, publicUrl) => ({
    SIMULATOR_MERCADO_PAGO_PORT: new URL(apiUrl).port,
    SIMULATOR_WEBHOOK_URL: `${publicUrl}/webhooks/mercadopago`,
  }),

  create: ({ apiUrl, timeoutMs, application }, tools) =>
    createMercadoPago({ baseUrl: apiUrl, timeoutMs, application, ...tools }),
};

/**
 * The simulator's own application stands in outside of production. In production there is none unless it is set:
 * payments of sellers that are connected already need none until their credentials end.
 */
function applicationOf(
  values: Values,
  apiUrl: string,
  isProduction: boolean,
): MercadoPagoApplication | undefined {
  const standIn = isProduction ? undefined : demo;
  const clientId = values.MERCADO_PAGO_CLIENT_ID ?? standIn?.clientId;
  const clientSecret = values.MERCADO_PAGO_CLIENT_SECRET ?? standIn?.clientSecret;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  // Whoever stands in for the API has the page as well; Mercado Pago's own is on another host.
  const isReal = new URL(apiUrl).origin === productionUrl;
  const authorizationUrl =
    values.MERCADO_PAGO_AUTHORIZATION_URL ??
    (isReal ? undefined : new URL("/authorization", apiUrl).href);
  return { clientId, clientSecret, pkce: values.MERCADO_PAGO_PKCE, authorizationUrl };
}
