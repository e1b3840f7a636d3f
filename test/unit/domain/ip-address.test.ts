import fc from "fast-check";
import { addressKey, readIpAddress } from "../../../src/domain/ip-address";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:c000:0201", "192.0.2.1"],
  ["0:0:0:0:0:ffff:c000:201", "192.0.2.1"],
  // Translators between IPv4 and IPv6 (RFC 6052, RFC 7915).
  ["64:ff9b::192.0.2.1", "192.0.2.1"],
  ["::ffff:0:192.0.2.1", "192.0.2.1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:0db8::0001", "2001:db8::1"],
])("%s is read as %s", (text, address) => {
  expect(readIpAddress(text)).toBe(address);
});

test.each(["", "unknown", "127.1", "0x7f.0.0.1", "2130706433", "192.0.2.1:80", "[::1]", "1::2::3"])(
  "%p is no address",
  (text) => {
    expect(readIpAddress(text)).toBeUndefined();
    expect(addressKey(text)).toBe(text);
  },
);

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8::/64"],
  ["2001:db8:0:0:1::", "2001:db8::/64"],
  ["::1", "::/64"],
])("%s is counted under %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});

const part = fc.integer({ min: 0, max: 0xffff });
const spelling = fc.constantFrom<(value: number) => string>(
  (value) => value.toString(16),
  (value) => value.toString(16).toUpperCase(),
  (value) => value.toString(16).padStart(4, "0"),
);
/** The first part of no range that holds IPv4 addresses. */
const ownPart = fc.integer({ min: 0x2000, max: 0xffff });

test("all spellings of all addresses of one /64 are counted under one key", () => {
  const network = fc.tuple(ownPart, part, part, part);
  const host = fc.tuple(part, part, part, part);
  fc.assert(
    fc.property(network, host, host, spelling, spelling, (net, one, other, write, writeOther) => {
      const spell = (parts: number[], how: (value: number) => string) => parts.map(how).join(":");
      const first = addressKey(spell([...net, ...one], write));
      expect(addressKey(spell([...net, ...other], writeOther))).toBe(first);
      const [head, ...rest] = net;
      const next = [head ^ 1, ...rest, ...one];
      expect(addressKey(spell(next, write))).not.toBe(first);
    }),
  );
});

test("two IPv4 addresses are never counted under one key, however they are shown", () => {
  const address = fc.ipV4();
  const form = fc.constantFrom("", "::ffff:", "::FFFF:", "0:0:0:0:0:ffff:", "64:ff9b::");
  fc.assert(
    fc.property(address, address, form, form, (one, other, formOfOne, formOfOther) => {
      const isSame = addressKey(formOfOne + one) === addressKey(formOfOther + other);
      expect(isSame).toBe(one === other);
    }),
  );
});
