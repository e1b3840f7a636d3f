/**
 * A stored row does not hold what its columns should: text that is no JSON, a status that there is not. What it does
 * hold is not in the message, which is for logs.
 */
export class UnreadableRowError extends Error {
  override readonly name = "UnreadableRowError";

  constructor(
    readonly table: string,
    readonly id: string,
    readonly property: string,
  ) {
    super(`${table} ${id}: ${property} cannot be read`);
  }
}
