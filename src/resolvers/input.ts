import { type ValidationError, validateSync } from "class-validator";
import { Refusal, refuse, refuseAny, type UserErrorFact } from "../domain/errors";
import { type Id, type IdKind, isId } from "../domain/ids";
import { idRule } from "../schema/shared/rules";
import { placeOf, textFaultsOf } from "./input-texts";
import { isSurelyValid } from "./surely-valid";

/**
 * Checks an input by the rules of its class, and all of its texts by those that hold everywhere.
 * @throws Refusal with every violation and its path. Values are never repeated.
 */
export function checkInput(input: object, path: readonly string[]): void {
  const violations = isSurelyValid(input) ? [] : violationsOf(input, path);
  // Measured before they are searched: a text that may be as long as a request takes half a second.
  const { broken, cardNumbers } = textFaultsOf(input, path, new Set(violations.map(placeOf)));
  refuseAny(elsewhere(elsewhere(broken, violations), cardNumbers));
}

function violationsOf(input: object, path: readonly string[]): UserErrorFact[] {
  const violations = validateSync(input, {
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  return violations.flatMap((violation) => toFacts(violation, path));
}

/** The errors, and those others that are of other places: one reason to change a text is enough. */
function elsewhere(
  errors: readonly UserErrorFact[],
  others: readonly UserErrorFact[],
): readonly UserErrorFact[] {
  if (errors.length === 0) return others;
  const places = new Set(errors.map(placeOf));
  return [...errors, ...others.filter((other) => !places.has(placeOf(other)))];
}

/** Narrows an id. @throws Refusal WRONG_ID_KIND */
export function readId<K extends IdKind>(kind: K, id: string, path: readonly string[]): Id<K> {
  if (isId(kind, id)) return id;
  throw refuse("WRONG_ID_KIND", `this is no id of a ${kind}`, path);
}

/**
 * The answers of several readers of one input.
 * @throws Refusal with all that they refused, not just the first.
 */
export function readAll<T extends readonly (() => unknown)[]>(
  ...readers: T
): { [I in keyof T]: ReturnType<T[I]> } {
  const errors: UserErrorFact[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      errors.push(...fault.errors);
      return undefined;
    }
  });
  refuseAny(errors);
  return values as { [I in keyof T]: ReturnType<T[I]> };
}

function toFacts(violation: ValidationError, parent: readonly string[]): UserErrorFact[] {
  const { property, constraints = {}, children = [] } = violation;
  const path = [...parent, property];
  const own = Object.entries(constraints).map(([rule, text]): UserErrorFact => {
    // class-validator begins its own messages with the field's name, and ours do not.
    const message = text.startsWith(`${property} `) ? text : `${property} ${text}`;
    return { code: rule === idRule ? "WRONG_ID_KIND" : "INVALID_INPUT", message, path };
  });
  return [...own, ...children.flatMap((child) => toFacts(child, path))];
}
