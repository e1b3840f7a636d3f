import { isEmail, Matches, ValidateBy, ValidateIf } from "class-validator";
import { type IdKind, isId } from "../../domain/ids";
import { lengthOf } from "../../domain/text";

/** The name of the rule below; its violations have an error code of their own. */
export const idRule = "isIdOf";

/** An id of one kind of thing. */
export function IsIdOf(kind: IdKind): PropertyDecorator {
  return ValidateBy({
    name: idRule,
    validator: {
      validate: (value: unknown) => typeof value === "string" && isId(kind, value),
      defaultMessage: () => `must be the id of a ${kind}`,
    },
  });
}

/** May be left out, but not set to null. */
export function IsOmittable(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}

/**
 * A text of so many characters, counted as its column counts. class-validator's own `Length` counts none of the marks
 * behind emoji ("❤️" has one), of which a column then has too many.
 */
export function IsText(min: number, max: number): PropertyDecorator {
  return ValidateBy({
    name: "isText",
    validator: {
      validate: (value: unknown) => {
        if (typeof value !== "string") return false;
        const length = lengthOf(value);
        return length >= min && length <= max;
      },
      defaultMessage: () =>
        min === 0 ? `must be at most ${max} characters` : `must be ${min} to ${max} characters`,
    },
  });
}

/** A structure of so many bytes as JSON at most. */
export function IsJsonWithin(maxBytes: number): PropertyDecorator {
  return ValidateBy({
    name: "isJsonWithin",
    validator: {
      validate: (value: unknown) => Buffer.byteLength(JSON.stringify(value)) <= maxBytes,
      defaultMessage: () => `may have at most ${maxBytes} bytes as JSON`,
    },
  });
}

/** A token as providers' card forms make them; what looks like a card number is refused elsewhere. */
export function IsCardToken(): PropertyDecorator {
  return Matches(/^[\x21-\x7e]{1,200}$/, {
    message: "must be 1 to 200 visible ASCII characters",
  });
}

/** The fingerprint of a payer's device, as a provider's script in the page made it. */
export function IsDeviceId(): PropertyDecorator {
  return Matches(/^[\x21-\x7e]{1,256}$/, {
    message: "must be 1 to 256 visible ASCII characters",
  });
}

/** A provider's own short name for something, such as a method or a bank. */
export function IsShortName(): PropertyDecorator {
  return Matches(/^[\w-]{1,32}$/, { message: "must be 1 to 32 letters, digits, _ or -" });
}

/** Like `isEmail`, which throws where a text has half of a character. */
export function isEmailAddress(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed() && isEmail(value);
}

export function IsEmailAddress(): PropertyDecorator {
  return ValidateBy({
    name: "isEmailAddress",
    validator: { validate: isEmailAddress, defaultMessage: () => "must be an email" },
  });
}
