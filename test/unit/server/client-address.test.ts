import type { IncomingMessage } from "node:http";
import { clientAddress } from "../../../src/server/http/client-address";

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as unknown as IncomingMessage;

it.each([
  ["nobody's header is believed without a proxy", 0, "10.0.0.1", "1.1.1.1", "10.0.0.1"],
  ["one proxy's entry is the last one", 1, "10.0.0.1", "6.6.6.6, 2.2.2.2", "2.2.2.2"],
  ["two proxies' is the one before", 2, "10.0.0.1", "6.6.6.6, 3.3.3.3, 2.2.2.2", "3.3.3.3"],
  ["a short header gives its first entry", 3, "10.0.0.1", "3.3.3.3", "3.3.3.3"],
  ["without a header it is the socket's", 1, "10.0.0.1", undefined, "10.0.0.1"],
  ["IPv4 in IPv6 is IPv4", 0, "::ffff:192.0.2.1", undefined, "192.0.2.1"],
  ["so is a proxy's", 1, "10.0.0.1", "::FFFF:c000:0201", "192.0.2.1"],
  ["IPv6 has one spelling", 1, "10.0.0.1", "2001:DB8:0:0::1", "2001:db8::1"],
  ["a port is no part of it", 1, "10.0.0.1", "192.0.2.1:5080", "192.0.2.1"],
  ["nor behind IPv6", 1, "10.0.0.1", "[2001:db8::1]:5080", "2001:db8::1"],
  ["an entry that is no address is nobody", 1, "10.0.0.1", `${"x".repeat(5_000)}`, "10.0.0.1"],
])("%s", (_what, proxies, remote, forwarded, address) => {
  expect(clientAddress(request(remote, forwarded), proxies)).toBe(address);
});
