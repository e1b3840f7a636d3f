import { createHash } from "node:crypto";

/** The names that stand in the header, and what Node calls them. */
const hashes = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;

export type Algorithm = keyof typeof hashes;
export const algorithms = Object.keys(hashes) as [Algorithm, ...Algorithm[]];

/** The value of `OpenPayu-Signature`: a plain hash of the bytes sent and the second key, no HMAC. */
export function signatureHeader(body: string, secondKey: string, algorithm: Algorithm): string {
  const signature = createHash(hashes[algorithm]).update(body).update(secondKey).digest("hex");
  return `sender=checkout;signature=${signature};algorithm=${algorithm};content=DOCUMENT`;
}

/** What `sig_ext` covers, in this order (PayU docs: marketplace, payout notifications). */
export const payoutFields = [
  "type",
  "merchant_id",
  "payout_id",
  "amount",
  "currency",
  "status",
  "payout_init_date",
  "ts",
] as const;

export type PayoutFields = Record<(typeof payoutFields)[number], string>;

/** `sig` is the same hash without the type: not documented, but so in the published sample. */
export function payoutSignatures(
  fields: PayoutFields,
  secondKey: string,
): { sig: string; sig_ext: string; sig_ext_order: string } {
  const hashOf = (names: readonly (keyof PayoutFields)[]) =>
    createHash("md5")
      .update(names.map((name) => fields[name]).join("") + secondKey)
      .digest("hex");
  return {
    sig: hashOf(payoutFields.slice(1)),
    sig_ext: hashOf(payoutFields),
    sig_ext_order: payoutFields.join(","),
  };
}
