import fc from "fast-check";
import { readText } from "../../../src/providers/json";

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
});
