import { createHash } from "node:crypto";
import { whyGuessable, whyKeyGuessable } from "../../../src/domain/guessable";

test.each([
  "changeme-changeme-changeme-change",
  "CHANGE_ME_0f3a9c2e7b5d8146",
  "your-secret-goes-here-0f3a9c2e7b",
  "MyPassword2026!MyShopInBA",
  "w".repeat(64),
  "abababababababababababababababab",
  "0f3a9c2e7b0f3a9c2e7b0f3a9c2e7b0f",
  "abcdefghijklmnopqrstuvwxyzABCDEF",
  "zyxwvutsrqponmlkjihgfedcba987654",
])("%s can be guessed", (secret) => {
  expect(whyGuessable(secret)).toEqual(expect.any(String));
});

test.each(["0f3a9c2e7b5d8146", "13a980d4f851f3d9a1cfc792fb1f5e50", "Z2P-oe4iTzRj8s_qKwB1"])(
  "%s cannot",
  (secret) => {
    expect(whyGuessable(secret)).toBeUndefined();
  },
);

test.each([
  ["one byte", Buffer.alloc(32, 7)],
  ["a text", Buffer.from("correct horse battery staple 42!")],
  ["a repetition", Buffer.alloc(32, "0f3a9c2e7b5d81460f3a9c2e7b5d8146", "hex")],
  ["a row", Buffer.from(Array.from({ length: 32 }, (_, i) => i + 200))],
])("a key of %s can be guessed", (_, key) => {
  expect(key).toHaveLength(32);
  expect(whyKeyGuessable(key)).toEqual(expect.any(String));
});

test("what a machine chose is not taken for guessable", () => {
  for (let made = 0; made < 1_000; made++) {
    const key = createHash("sha256").update(String(made)).digest();
    expect(whyKeyGuessable(key)).toBeUndefined();
    for (const text of [key.toString("hex"), key.toString("base64"), key.toString("hex", 0, 8)]) {
      expect(whyGuessable(text)).toBeUndefined();
    }
  }
});
