import "reflect-metadata";
import { actorOf } from "../domain/actor";
import { type Principal, type Rights, rightsOf, type Scope, scopeOf } from "../domain/principal";
import { nameActor } from "../logging/work";
import { createLoaders, type Loaders } from "./loaders";
import type { ResolverServices } from "./services";

/** What a resolver has at hand: who asks, what they reach, and the services. One for each request. */
export interface RequestContext {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly rights: Rights;
  readonly requestId: string;
  readonly loaders: Loaders;
  readonly services: ResolverServices;
  /** Equal for viewers that get equal answers to equal documents; they share executions of live updates. */
  readonly shareKey: string;
  /**
   * Forgets what was loaded: a mutation has changed something, and its document may read it again or change it
   * once more. `prime` puts in what the mutation knows, should anybody load anything.
   */
  renewLoaders(prime: (loaders: Loaders) => void): void;
  /** The same viewer with new loaders, for one event of a subscription. */
  forEvent(): RequestContext;
}

/** Makes contexts for requests; whoever asks is named as the one who makes the changes in it. */
export function createContextFactory(services: ResolverServices) {
  return ({
    principal,
    requestId,
  }: Pick<RequestContext, "principal" | "requestId">): RequestContext => {
    nameActor(actorOf(principal));
    return new ViewerContext(services, principal, requestId);
  };
}

/** What not every request needs is made when it is first asked for. */
class ViewerContext implements RequestContext {
  readonly scope: Scope;
  readonly rights: Rights;
  // biome-ignore lint/plugin: a #field is lost when Apollo copies the context.
  private madeLoaders: Loaders | undefined;
  // biome-ignore lint/plugin: a #field is lost when Apollo copies the context.
  private primeLoaders: ((loaders: Loaders) => void) | undefined;

  constructor(
    readonly services: ResolverServices,
    readonly principal: Principal,
    readonly requestId: string,
  ) {
    this.scope = scopeOf(principal);
    this.rights = rightsOf(principal);
  }

  get loaders(): Loaders {
    if (this.madeLoaders === undefined) {
      this.madeLoaders = createLoaders(this.services, this.scope);
      this.primeLoaders?.(this.madeLoaders);
    }
    return this.madeLoaders;
  }

  renewLoaders(prime: (loaders: Loaders) => void): void {
    this.madeLoaders = undefined;
    this.primeLoaders = prime;
  }

  get shareKey(): string {
    return JSON.stringify([this.principal.role, this.scope]);
  }

  forEvent(): RequestContext {
    return new ViewerContext(this.services, this.principal, this.requestId);
  }
}
