import { z } from "zod";
import { isId, type MarketplaceId } from "../../domain/ids";
import { type Currency, isCurrency } from "../../domain/money";
import { field, list, port, secretField, textField, url, whole } from "../../settings/readers";
import { type ProviderModule, type ProviderSettings, readableIn } from "../settings";
import { createPayu } from ".";
import type { PayuShop } from "./shops";
import { type SignatureAlgorithm, signatureAlgorithms } from "./webhooks";

export interface PayuSettings extends ProviderSettings {
  /** The marketplaces' shops there; without any, PayU is not set up. */
  readonly shops: readonly PayuShop[];
  readonly signatureAlgorithms: readonly SignatureAlgorithm[];
}

const productionUrl = "https://secure.payu.com";

/** The demo marketplace, which `demo.ts` makes. */
const demoMarketplaceId = "mkt_000000000000000000000DEM00" as MarketplaceId;

/** The simulator's shops, in the currencies of several countries; the orders of one wait for their capture. */
const demoShops: readonly PayuShop[] = [
  demoShop("demo", "900100", "", "demoShop", "PLN"),
  demoShop("demo-eur", "900200", "-eur", "demoShopEur", "EUR"),
  demoShop("demo-hold", "900300", "-hold", "demoShopHold", "PLN"),
  demoShop("demo-czk", "900400", "-czk", "demoShopCzk", "CZK"),
  demoShop("demo-ron", "900500", "-ron", "demoShopRon", "RON"),
];

function demoShop(
  name: string,
  posId: string,
  suffix: string,
  shopId: string,
  currency: Currency,
): PayuShop {
  return {
    name,
    marketplaceId: demoMarketplaceId,
    posId,
    clientSecret: `payu-demo-secret${suffix}`,
    secondKeys: [`payu-demo-second-key${suffix}`],
    shopId,
    currency,
  };
}

const shopFields = {
  name: textField.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -"),
  marketplaceId: textField
    .refine((id) => isId("Marketplace", id), "must be a marketplace's id, as `admin` prints it")
    .transform((id) => id as MarketplaceId),
  posId: z.string(field("a number in quotes")).regex(/^\d{1,20}$/, "must be a number in quotes"),
  clientSecret: secretField,
  secondKeys: z
    .array(secretField, field("a list, also of a single key"))
    .min(1, "must name at least one key"),
  shopId: textField.min(1, "must not be empty"),
  currency: textField
    .refine(isCurrency, "must be a currency that the gateway knows")
    .transform((code) => code as Currency),
};
const shopSchema = z.strictObject(shopFields, {
  error: ({ code }) =>
    code === "unrecognized_keys"
      ? `must have no other fields than ${Object.keys(shopFields).join(", ")}`
      : "must be an object",
});

/** A JSON list; its values are secrets, and no fault repeats one. */
function readShops(text: string, context: z.RefinementCtx<string>): readonly PayuShop[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {}
  if (!Array.isArray(json)) {
    context.addIssue("must be JSON: a list of shops");
    return [];
  }
  const parsed = z.array(shopSchema).safeParse(json);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const [index, name] = path;
      const place = name === undefined ? "" : `: ${String(name)}`;
      context.addIssue(`(shop ${Number(index) + 1})${place} ${message}`);
    }
    return [];
  }
  for (const key of ["name", "posId"] as const) {
    const values = new Set(parsed.data.map((shop) => shop[key]));
    if (values.size !== parsed.data.length) context.addIssue(`must not have a ${key} twice`);
  }
  return parsed.data;
}

const variables = {
  PAYU_API_URL: url("http", "https").optional(),
  PAYU_SHOPS: z.string().transform(readShops).optional(),
  PAYU_SIGNATURE_ALGORITHMS: z
    .string()
    .transform(list)
    .pipe(
      z
        .array(
          z.enum(signatureAlgorithms, {
            error: `must list some of ${signatureAlgorithms.join(", ")}`,
          }),
        )
        .min(1, "must name at least one algorithm"),
    )
    .default(["MD5", "SHA-256", "SHA-384", "SHA-512"]),
  PAYU_TIMEOUT_MS: whole(25_000),
  SIMULATOR_PAYU_PORT: port(4020, 1),
} as const;

export const payuModule: ProviderModule<PayuSettings> = {
  name: "PAYU",
  title: "PayU",
  variables,
  apiVariable: "PAYU_API_URL",
  timeoutVariable: "PAYU_TIMEOUT_MS",
  simulatorPortVariable: "SIMULATOR_PAYU_PORT",
  addressVariables: ["PAYU_API_URL"],

  secretsIn(env) {
    const { PAYU_SHOPS: shops = [] } = readableIn(variables, env);
    return shops.flatMap(({ clientSecret, secondKeys }, index) => {
      const place = (name: string) => `PAYU_SHOPS (shop ${index + 1}): ${name}`;
      return [
        [place("clientSecret"), clientSecret] as const,
        ...secondKeys.map((key) => [place("secondKeys"), key] as const),
      ];
    });
  },

  faultsIn(env, isProduction) {
    const isGiven = (name: keyof typeof variables) => env[name] !== undefined;
    if (!isProduction) {
      return isGiven("PAYU_SHOPS") && !isGiven("PAYU_API_URL")
        ? [
            "PAYU_API_URL must be set with PAYU_SHOPS outside of production: PayU's sandbox is https://secure.snd.payu.com",
          ]
        : [];
    }
    const { PAYU_SHOPS: shops } = readableIn(variables, env);
    return [
      ...(isGiven("PAYU_API_URL") && !isGiven("PAYU_SHOPS")
        ? ["PAYU_SHOPS must be set with PAYU_API_URL in production"]
        : []),
      ...(shops?.some(isDemo) ? ["PAYU_SHOPS must not have demo values in production"] : []),
    ];
  },

  read(env, { isProduction, hasSimulator }) {
    const values = z.object(variables).parse(env);
    const { PAYU_API_URL: apiUrl, PAYU_SHOPS: shops, SIMULATOR_PAYU_PORT: simulatorPort } = values;
    const startSimulator = hasSimulator && apiUrl === undefined && shops === undefined;
    // An address outside of production that no shops are set for is that of a simulator.
    const isDemo = startSimulator || (apiUrl !== undefined && !isProduction);
    const ofHere = shops ?? (isDemo ? demoShops : []);
    return {
      isSetUp: ofHere.length > 0,
      apiUrl: apiUrl ?? (isProduction ? productionUrl : `http://127.0.0.1:${simulatorPort}`),
      startSimulator,
      shops: ofHere,
      webhookSecrets: Object.fromEntries(ofHere.map(({ name, secondKeys }) => [name, secondKeys])),
      unsignedNotifications: false,
      signatureAlgorithms: values.PAYU_SIGNATURE_ALGORITHMS,
      timeoutMs: values.PAYU_TIMEOUT_MS,
    };
  },

  warningsOf: () => [],

  simulatorEnv: ({ apiUrl, shops }, publicUrl) => ({
    SIMULATOR_PAYU_PORT: new URL(apiUrl).port,
    SIMULATOR_PAYU_PAYOUT_URL: `${publicUrl}/webhooks/payu/${shops[0]?.name}`,
  }),

  create: ({ apiUrl, shops, signatureAlgorithms, timeoutMs }, tools) =>
    createPayu({ baseUrl: apiUrl, shops, signatureAlgorithms, timeoutMs, ...tools }),
};

function isDemo(shop: PayuShop): boolean {
  return demoShops.some(
    ({ clientSecret, secondKeys }) =>
      shop.clientSecret === clientSecret || secondKeys.some((key) => shop.secondKeys.includes(key)),
  );
}
