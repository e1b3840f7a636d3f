import ipaddr from "ipaddr.js";

/** Ranges of IPv6 whose last 32 bits are an IPv4 address: what a dual-stack socket and translators show it as. */
const ipv4InIpv6: ReadonlySet<string> = new Set(["ipv4Mapped", "rfc6145", "rfc6052"]);

/**
 * An IP address in its one spelling: IPv4 where it is one that stands in IPv6, IPv6 in lower case with its zeros left
 * out. Undefined for other texts, IPv4 in hexadecimal or in fewer than four numbers among them.
 */
export function readIpAddress(text: string): string | undefined {
  return parse(text)?.toString();
}

/**
 * The key that limits count an address by. One subscriber has a whole /64 of IPv6 addresses. A text that is no address
 * is its own key.
 */
export function addressKey(text: string): string {
  const address = parse(text);
  if (!(address instanceof ipaddr.IPv6)) return address?.toString() ?? text;
  const network = [...address.parts.slice(0, 4), 0, 0, 0, 0];
  return `${new ipaddr.IPv6(network).toString()}/64`;
}

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  if (!ipv4InIpv6.has(address.range())) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}
