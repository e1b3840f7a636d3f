/** One field of an API type: the properties of the entity that it is made from, and how. */
export interface ViewField<E, D, V> {
  readonly needs: readonly (keyof E & string)[];
  read(entity: E, deps: D): V;
}

/** An API type over an entity. */
export interface View<E, D, T> {
  /**
   * The entity as the API shows it. Nothing is worked out before it is asked for: most documents select a
   * few of the fields. An entity that was read in part answers the fields whose needs were read.
   */
  of(entity: E, deps: D): T;
  /** The properties that these fields are made from; names of other fields need nothing. */
  needsOf(names: Iterable<string>): ReadonlySet<keyof E & string>;
}

/** Says what a field is made from; the compiler holds `read` to it. */
export function fieldsOf<E, D>() {
  return <P extends keyof E & string, V>(
    needs: readonly P[],
    read: (entity: Pick<E, P>, deps: D) => V,
  ): ViewField<E, D, V> => ({ needs, read });
}

/** Makes the view of an API type from its fields. Its objects are instances of the type. */
export function viewOf<E, D, T extends object>(
  Type: abstract new () => T,
  fields: { readonly [K in keyof T]-?: ViewField<E, D, T[K]> },
): View<E, D, T> {
  class Shown {
    constructor(
      readonly entity: E,
      readonly deps: D,
    ) {}
  }
  Object.setPrototypeOf(Shown.prototype, Type.prototype);
  const byName = new Map(Object.entries<ViewField<E, D, unknown>>(fields));
  for (const [name, field] of byName) {
    Object.defineProperty(Shown.prototype, name, {
      get(this: Shown) {
        return field.read(this.entity, this.deps);
      },
    });
  }
  return {
    of: (entity, deps) => new Shown(entity, deps) as unknown as T,
    needsOf: (names) =>
      new Set(
        [...names].flatMap((name): readonly (keyof E & string)[] => byName.get(name)?.needs ?? []),
      ),
  };
}
