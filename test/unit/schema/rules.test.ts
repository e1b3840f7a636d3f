import { isEmail } from "class-validator";
import fc from "fast-check";
import { isEmailAddress } from "../../../src/schema/shared/rules";

const textOf = (letters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), maxLength });

/** What looks like an address, often at the edge of what is one. */
const addresses = fc
  .tuple(
    fc.array(textOf("abcXYZ012_+-", 40), { minLength: 1, maxLength: 3 }),
    fc.array(textOf("abXY09-", 70), { maxLength: 5 }),
    fc.oneof(fc.constantFrom("com", "AR"), textOf("abcdefghXYZ", 27), textOf("ab1-_é", 4)),
  )
  .map(([local, labels, top]) => `${local.join(".")}@${[...labels, top].join(".")}`);

describe("an e-mail address", () => {
  test("is what class-validator takes for one", () => {
    const agrees = (text: string) => expect(isEmailAddress(text)).toBe(isEmail(text));
    fc.assert(fc.property(addresses, agrees), { numRuns: 3_000 });
    fc.assert(fc.property(textOf("aZ9._+-@ \n\"'<>[]éK", 30), agrees), { numRuns: 3_000 });
  });

  test.each([
    "buyer@testuser.com",
    "First.Last+tag_1-x@Mail.Example.com.ar",
    `${"a".repeat(64)}@${"b".repeat(63)}.com`,
    "o'hara@example.com",
    "niño@ejemplo.com",
    '"a b"@example.com',
    "a@xn--ls8h.la",
    "a@b.xn--p1ai",
  ])("is %s", (text) => {
    expect(isEmailAddress(text)).toBe(true);
  });

  test.each([
    "",
    "?",
    "buyer",
    "buyer@localhost",
    "buyer@example.c",
    "buyer@example.123",
    "buyer@-example.com",
    "buyer@example-.com",
    "buyer@exam_ple.com",
    "buyer@example..com",
    "buyer@127.0.0.1",
    "a@b@example.com",
    ".buyer@example.com",
    "buyer.@example.com",
    "bu..yer@example.com",
    "buyer@example.com\n",
    "Buyer <buyer@example.com>",
    `${"a".repeat(65)}@example.com`,
    `a@${"b".repeat(64)}.com`,
    `a@${"b.".repeat(126)}com`,
  ])("is not %j", (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });

  test.each([undefined, null, 7, ["buyer@example.com"], {}])("is not %p", (value) => {
    expect(isEmailAddress(value)).toBe(false);
  });

  test("is told fast from what is long and nearly one", () => {
    const texts = ["a".repeat(200_000), `a@${"a-".repeat(100_000)}`, `a@${"a.".repeat(120)}1`];
    for (const text of texts) expect(isEmailAddress(text)).toBe(false);
  });
});
