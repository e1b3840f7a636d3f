import { createHmac } from "node:crypto";

/**
 * The value of `x-signature` (Mercado Pago docs: webhooks). The text that is signed names the id
 * from the query string, the request id and the time, each ended by a semicolon, the last one too.
 * Choice: the id is signed in the case in which it is sent; documents and libraries disagree.
 */
export function signatureHeader(
  secret: string,
  signed: { dataId: string | undefined; requestId: string; ts: number },
): string {
  // A pair whose value a delivery lacks is left out.
  const id = signed.dataId === undefined ? "" : `id:${signed.dataId};`;
  const manifest = `${id}request-id:${signed.requestId};ts:${signed.ts};`;
  const hash = createHmac("sha256", secret).update(manifest).digest("hex");
  return `ts=${signed.ts},v1=${hash}`;
}
