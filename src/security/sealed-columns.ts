/** Columns that hold sealed text. Whoever adds one names it here, so that a change of keys reaches it. */
export const sealedColumns = [
  { table: "provider_account", column: "credentials_sealed" },
  { table: "operation", column: "command_sealed" },
  { table: "connection_attempt", column: "verifier_sealed" },
  { table: "payment", column: "creq_sealed" },
] as const;

type SealedColumn = (typeof sealedColumns)[number];

/** The place that text in a row's column is sealed for. */
export function sealedPlace(
  table: SealedColumn["table"],
  column: SealedColumn["column"],
  id: string,
): string {
  return `${table}.${column}.${id}`;
}
