import { hostPolicy } from "../../../src/server/http/hosts";

const names = ["localhost", "pay.example"];

test.each([
  ["localhost", true],
  ["LocalHost:4000", true],
  ["localhost.:4000", true],
  ["pay.example", true],
  ["127.0.0.1:4000", true],
  ["[::1]:4000", true],
  ["192.168.1.7", true],
  ["evil.example:4000", false],
  ["localhost.evil.example", false],
  ["127.0.0.1.evil.example", false],
  ["evil.example:4000:localhost", false],
  ["127.1", false],
  ["", false],
])("%s is let in: %p", (host, expected) => {
  expect(hostPolicy({ names, ipAddresses: true })(host)).toBe(expected);
});

test.each([
  ["pay.example:443", true],
  ["127.0.0.1", false],
  ["[::1]", false],
])("where names alone are let in, %s is: %p", (host, expected) => {
  expect(hostPolicy({ names, ipAddresses: false })(host)).toBe(expected);
});
