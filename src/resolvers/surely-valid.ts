import { getMetadataStorage, type ValidationArguments, ValidationTypes } from "class-validator";

type Input = Readonly<Record<string, unknown>>;
type Check = (value: unknown, input: Input) => boolean;

/** One property's rules, of which every one must hold unless it may be left out. */
interface PropertyRules {
  readonly property: string;
  /** `IsOptional` and its like: whether the rules apply at all. */
  readonly conditions: readonly ((input: Input, value: unknown) => boolean)[];
  readonly checks: readonly Check[];
}

const rulesByClass = new WeakMap<object, readonly PropertyRules[]>();

/**
 * Whether an input keeps every rule of its class, by the same decorators and validators that class-validator
 * runs. Nearly all inputs do; sorting the rules anew for each, and an error object for each property, cost
 * 3 % of a payment's time. A false may also mean "not sure": class-validator itself then says what is wrong.
 */
export function isSurelyValid(input: object): boolean {
  const type = input.constructor;
  let rules = rulesByClass.get(type);
  if (rules === undefined) {
    rules = rulesOf(type);
    rulesByClass.set(type, rules);
  }
  return keeps(rules, input as Input);
}

function keeps(rules: readonly PropertyRules[], input: Input): boolean {
  for (const { property, conditions, checks } of rules) {
    const value = input[property];
    if (applies(conditions, input, value)) {
      for (const check of checks) if (!check(value, input)) return false;
    }
  }
  return true;
}

function applies(conditions: PropertyRules["conditions"], input: Input, value: unknown): boolean {
  for (const condition of conditions) if (!condition(input, value)) return false;
  return true;
}

// biome-ignore lint/complexity/noBannedTypes: class-validator's own type for a class.
function rulesOf(type: Function): readonly PropertyRules[] {
  const storage = getMetadataStorage();
  const all = storage.getTargetValidationMetadatas(type, "", false, false);
  return Object.entries(storage.groupByPropertyName(all)).map(([property, metadatas]) => {
    const conditions: PropertyRules["conditions"][number][] = [];
    const checks: Check[] = [];
    for (const metadata of metadatas) {
      const { constraints, each, validateIf } = metadata;
      if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) {
        conditions.push(constraints[0]);
      } else if (metadata.type === ValidationTypes.NESTED_VALIDATION) {
        checks.push(isNestedValid);
      } else if (metadata.type === ValidationTypes.CUSTOM_VALIDATION && !each && !validateIf) {
        for (const { instance } of storage.getTargetValidatorConstraints(metadata.constraintCls)) {
          checks.push(
            (value, input) =>
              instance.validate(value, {
                value,
                constraints,
                targetName: type.name,
                object: input,
                property,
              } satisfies ValidationArguments) === true,
          );
        }
      } else {
        // Nothing of ours uses it; it is class-validator's to judge.
        checks.push(() => false);
      }
    }
    return { property, conditions, checks };
  });
}

function isNestedValid(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => isNestedValid(item));
  return typeof value === "object" && value !== null && isSurelyValid(value);
}
