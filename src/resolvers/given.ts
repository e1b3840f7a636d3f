/** GraphQL knows null and absent; inside, both are absent. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** The object without its absent fields. */
export function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => isGiven(field)),
  ) as Partial<T>;
}
