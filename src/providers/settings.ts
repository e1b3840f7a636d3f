import { z } from "zod";
import type { Clock } from "../domain/clock";
import type { Provider } from "../domain/provider";
import type { CallObserver, UnreadableObserver } from "./http-client";
import type { ProviderAdapter } from "./provider";

/** Environment variables that are set, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a provider's settings depend on beside its own variables. */
export interface Surroundings {
  readonly isProduction: boolean;
  /** Where the outside reaches us, without a slash at the end. */
  readonly publicUrl: string;
  /** True: the simulator is started, and stands in for every provider that is not set up otherwise. */
  readonly hasSimulator: boolean;
}

/** What the settings of every provider tell; a provider adds its own. */
export interface ProviderSettings {
  /** False: nothing goes through it here. */
  readonly isSetUp: boolean;
  readonly apiUrl: string;
  /** True: the simulator answers for it, at `apiUrl`. */
  readonly startSimulator: boolean;
  readonly timeoutMs: number;
  /** Active webhook secrets by shop, "" where the provider has none. Two while one is replaced by the other. */
  readonly webhookSecrets: Readonly<Record<string, readonly string[]>>;
  /** Whether notifications are heard that nobody can verify. */
  readonly unsignedNotifications: boolean;
  /** Where sellers come back to from the provider's page, exactly as it is registered there. */
  readonly redirectUri?: string;
}

/** What an adapter is made with beside its settings. */
export interface AdapterTools {
  readonly clock: Clock;
  readonly onCall: CallObserver;
  readonly onUnreadable: UnreadableObserver;
}

/** A provider's folder as the rest of the gateway knows it: its variables, and how its adapter is made of them. */
export interface ProviderModule<S extends ProviderSettings = ProviderSettings> {
  readonly name: Provider;
  /** As people call it. */
  readonly title: string;
  /** By name; `.env.example` tells what each means. */
  readonly variables: z.ZodRawShape;
  readonly apiVariable: string;
  readonly timeoutVariable: string;
  readonly simulatorPortVariable: string;
  /** Variables that hold addresses, which must be https:// in production. */
  readonly addressVariables: readonly string[];
  /** Each secret that is set, with the place that a fault names. */
  secretsIn(env: Environment): readonly (readonly [place: string, secret: string])[];
  /** What is wrong between its variables, or must not be in production. */
  faultsIn(env: Environment, isProduction: boolean): readonly string[];
  /** Called once all variables were found good. */
  read(env: Environment, surroundings: Surroundings): S;
  /** What an operator should know at the start. */
  warningsOf(settings: S): readonly string[];
  /** What the simulator is started with, so that it notifies this gateway. */
  simulatorEnv(settings: S, publicUrl: string): Readonly<Record<string, string>>;
  create(settings: S, tools: AdapterTools): ProviderAdapter;
}

/** Those variables that can be read. What is wrong with the others is told by whoever reads all of them. */
export function readableIn<V extends z.ZodRawShape>(
  variables: V,
  env: Environment,
): Partial<z.output<z.ZodObject<V>>> {
  return Object.fromEntries(
    Object.keys(variables).flatMap((name) => {
      const { success, data } = z.safeParse(variables[name] as z.ZodType, env[name]);
      return success ? [[name, data]] : [];
    }),
  ) as Partial<z.output<z.ZodObject<V>>>;
}
