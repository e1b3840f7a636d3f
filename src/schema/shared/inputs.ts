import { Matches } from "class-validator";
import { Field, InputType } from "type-graphql";

/** The caller's name for an intent; `repeating` says what repeating it does. */
export function IdempotencyKey(
  repeating = "Repeating it repeats the answer and moves no money again. Use a new one for a new intent.",
): PropertyDecorator {
  const description = `Your name for this intent, 16 to 128 visible ASCII characters; a UUID will do. ${repeating}`;
  const isKey = Matches(/^[\x21-\x7e]{16,128}$/, {
    message: "must be 16 to 128 visible ASCII characters",
  });
  return (target, name) => {
    Field(() => String, { description })(target, name);
    isKey(target, name);
  };
}

/** What every mutation that moves money takes. */
@InputType("MoneyMovingInput", {
  description: "What every mutation that moves money takes.",
})
export abstract class MoneyMovingInput {
  @IdempotencyKey()
  idempotencyKey: string;
}
