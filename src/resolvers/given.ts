/** GraphQL knows null and absent; inside, both are absent. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** The object without its absent fields. */
export function defined<T extends object>(value: T): Partial<T> {
  const given: Partial<T> = {};
  for (const name of Object.keys(value) as (keyof T)[]) {
    if (isGiven(value[name])) given[name] = value[name];
  }
  return given;
}
