import {
  formatCredential,
  hashSecret,
  matchesHash,
  newSecret,
  parseCredential,
} from "../../../src/security/credential";

const id = "01KAJ3W7Q2M5T6Y8Z9ABCDEFGH";

describe("a credential", () => {
  test.each(["apiKey", "watchToken"] as const)("of kind %s is read as it was written", (kind) => {
    const secret = newSecret();
    expect(parseCredential(formatCredential({ kind, id, secret }))).toEqual({ kind, id, secret });
  });

  test("with any one character changed is refused without a look-up", () => {
    const text = formatCredential({ kind: "apiKey", id, secret: newSecret() });
    for (let i = 0; i < text.length; i++) {
      const other = text[i] === "0" ? "1" : "0";
      expect(parseCredential(text.slice(0, i) + other + text.slice(i + 1))).toBeUndefined();
    }
  });

  test.each(["", "gw_key_", "Bearer x", "gw_key_a_b_c"])("%p is none", (text) => {
    expect(parseCredential(text)).toBeUndefined();
  });

  test("has a secret of 43 letters and digits that never repeats", () => {
    const secrets = Array.from({ length: 1_000 }, newSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(new Set(secrets).size).toBe(1_000);
  });

  test("matches the hash of its own secret only", () => {
    const secret = newSecret();
    expect(matchesHash(secret, hashSecret(secret))).toBe(true);
    expect(matchesHash(secret, hashSecret(newSecret()))).toBe(false);
    expect(matchesHash(secret, "")).toBe(false);
  });
});
