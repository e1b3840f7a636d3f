import fc from "fast-check";
import { readName, readText } from "../../../src/providers/json";

describe("a text of a provider's", () => {
  test("comes without halves of characters, whose place another one takes", () => {
    expect(readText("lone \ud83d end")).toBe("lone \ufffd end");
    expect(readText("whole \u{1F4DA}")).toBe("whole \u{1F4DA}");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) =>
        expect(readText(text)?.isWellFormed() ?? true).toBe(true),
      ),
    );
  });

  test.each(["\udcda", "a b", "a\u0000", ".", "..", "é", "x".repeat(65), ""])(
    "is no id or word: %j",
    (text) => {
      expect(readName(text)).toBeNull();
    },
  );

  test.each(["WZHF5FFDRJ140731GUEST000P01", "cc_rejected_high_risk", "9000000001", "...", "a/b"])(
    "is an id or word: %j",
    (text) => {
      expect(readName(text)).toBe(text);
    },
  );
});
