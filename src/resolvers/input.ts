import { type ValidationError, validateSync } from "class-validator";
import { Refusal, refuse, type UserErrorFact } from "../domain/errors";
import { type Id, type IdKind, isId } from "../domain/ids";
import { idRule } from "../schema/rules";
import { isSurelyValid } from "./surely-valid";

/**
 * Checks an input by the rules of its class.
 * @throws Refusal with every violation and its path. Values are never repeated.
 */
export function checkShape(input: object, path: readonly string[]): void {
  if (isSurelyValid(input)) return;
  const violations = validateSync(input, {
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  refuseAll(violations.flatMap((violation) => toFacts(violation, path)));
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
  refuseAll(errors);
  return values as { [I in keyof T]: ReturnType<T[I]> };
}

function refuseAll(errors: readonly UserErrorFact[]): void {
  const [first, ...others] = errors;
  if (first !== undefined) throw new Refusal(first, ...others);
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
