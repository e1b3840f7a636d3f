/** Whether a status may follow another one. ANOMALY: it contradicts what was final, and a person must look at it. */
export type MoveVerdict = "ALLOWED" | "ANOMALY" | "FORBIDDEN";

/** Whether `to` may follow `from`. `fromLookup`: `to` was just read from the provider. */
export type MoveJudge<S extends string> = (from: S, to: S, fromLookup: boolean) => MoveVerdict;

/**
 * The judge of a table of moves. `moves`: which status may follow which, whoever says so. `lookupOnly`: moves that
 * contradict what was final, and are believed only from a fresh look-up at the provider.
 */
export function judgeBy<S extends string>(
  moves: Readonly<Record<S, readonly S[]>>,
  lookupOnly?: Readonly<Partial<Record<S, readonly S[]>>>,
): MoveJudge<S> {
  return (from, to, fromLookup) => {
    if (moves[from].includes(to)) return "ALLOWED";
    return fromLookup && lookupOnly?.[from]?.includes(to) === true ? "ANOMALY" : "FORBIDDEN";
  };
}
