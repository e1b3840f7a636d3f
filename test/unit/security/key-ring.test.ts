import { randomBytes } from "node:crypto";
import { createKeyRing } from "../../../src/security/key-ring";

const oldKey = randomBytes(32);
const newKey = randomBytes(32);

describe("a key ring", () => {
  const ring = createKeyRing(new Map([["old", oldKey]]));

  test("opens what it sealed, in its place only", () => {
    const sealed = ring.seal("APP_USR-secret", "row.1");
    expect(sealed).not.toContain("secret");
    expect(ring.open(sealed, "row.1")).toBe("APP_USR-secret");
    expect(() => ring.open(sealed, "row.2")).toThrow();
  });

  test("never seals the same text twice alike", () => {
    expect(ring.seal("text", "place")).not.toBe(ring.seal("text", "place"));
  });

  test("refuses text that was changed", () => {
    const sealed = ring.seal("text", "place");
    const parts = sealed.split(".");
    for (let i = 0; i < parts.length; i++) {
      const changed = parts.map((part, j) => (i === j ? `x${part.slice(1)}` : part)).join(".");
      if (changed === sealed) continue;
      expect(() => ring.open(changed, "place")).toThrow();
    }
  });

  test("seals under the new key and still opens the old one's after a rotation", () => {
    const sealed = ring.seal("text", "place");
    const rotated = createKeyRing(
      new Map([
        ["new", newKey],
        ["old", oldKey],
      ]),
    );
    expect(rotated.open(sealed, "place")).toBe("text");
    expect(rotated.keyIdOf(rotated.seal("text", "place"))).toBe("new");
    const without = createKeyRing(new Map([["new", newKey]]));
    expect(() => without.open(sealed, "place")).toThrow("needs key old");
  });

  test("needs keys of 32 bytes", () => {
    expect(() => createKeyRing(new Map())).toThrow("empty");
    expect(() => createKeyRing(new Map([["k", randomBytes(16)]]))).toThrow("32 bytes");
  });
});
