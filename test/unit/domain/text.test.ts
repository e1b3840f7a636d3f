import fc from "fast-check";
import { cutText, lengthOf } from "../../../src/domain/text";

/** With surrogates that stand alone too. */
const texts = fc.string({
  unit: fc.constantFrom("a", "é", "\ufe0f", "\u{1F4DA}", "\ud83d", "\udcda", "\u0000"),
});

describe("a text", () => {
  test("is as long as it has code points", () => {
    fc.assert(fc.property(texts, (text) => expect(lengthOf(text)).toBe([...text].length)));
  });

  test("is cut between code points", () => {
    fc.assert(
      fc.property(texts, fc.nat(40), (text, length) =>
        expect(cutText(text, length)).toBe([...text].slice(0, length).join("")),
      ),
    );
  });
});
