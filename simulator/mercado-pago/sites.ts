/** The countries that the simulator knows, by the code Mercado Pago gives them. */
export const siteIds = ["MLA", "MLB", "MLM", "MLC", "MCO", "MPE", "MLU"] as const;
export type SiteId = (typeof siteIds)[number];

export interface Site {
  id: SiteId;
  country: string;
  currency: string;
  /** Decimals the provider takes. For CLP and COP it wants whole numbers, whatever ISO 4217 says. */
  decimals: number;
  /** Days after approval in which a refund is possible (Mercado Pago docs: refunds). */
  refundDays: number;
  webDomain: string;
  documentTypes: readonly DocumentType[];
}

/** As `/v1/identification_types` lists it. Choice: the lengths of those that no document names. */
interface DocumentType {
  id: string;
  name: string;
  type: "number" | "string";
  min_length: number;
  max_length: number;
}

const document = (
  id: string,
  min_length: number,
  max_length: number,
  type: DocumentType["type"] = "number",
): DocumentType => ({ id, name: id, type, min_length, max_length });
const other = document("Otro", 5, 20);

const sites: Record<SiteId, Site> = {
  MLA: site("MLA", "AR", "ARS", 2, 180, "com.ar", [
    document("DNI", 7, 8),
    document("CI", 1, 9),
    document("LE", 6, 7),
    document("LC", 6, 7),
    other,
  ]),
  MLB: site("MLB", "BR", "BRL", 2, 180, "com.br", [
    document("CPF", 11, 11),
    document("CNPJ", 14, 14),
  ]),
  // Mexico has no document types: the identification endpoint does not serve it.
  MLM: site("MLM", "MX", "MXN", 2, 180, "com.mx", []),
  MLC: site("MLC", "CL", "CLP", 0, 180, "cl", [document("RUT", 7, 20, "string"), other]),
  MCO: site("MCO", "CO", "COP", 0, 180, "com.co", [
    document("CC", 5, 20),
    document("CE", 5, 20),
    document("NIT", 5, 20),
    other,
  ]),
  MPE: site("MPE", "PE", "PEN", 2, 90, "com.pe", [
    document("DNI", 8, 8),
    document("C.E", 5, 20),
    document("RUC", 11, 11),
    other,
  ]),
  MLU: site("MLU", "UY", "UYU", 2, 180, "com.uy", [document("CI", 7, 9), other]),
};

export function siteOf(id: SiteId): Site {
  return sites[id];
}

function site(
  id: SiteId,
  country: string,
  currency: string,
  decimals: number,
  refundDays: number,
  webDomain: string,
  documentTypes: readonly DocumentType[],
): Site {
  return { id, country, currency, decimals, refundDays, webDomain, documentTypes };
}

/** Minor units of an amount on the wire; undefined when it has more decimals than the site takes. */
export function toMinor(amount: number, decimals: number): number | undefined {
  const scale = 10 ** decimals;
  const minor = Math.round(amount * scale);
  return Number.isSafeInteger(minor) && minor / scale === amount ? minor : undefined;
}

export function toMajor(minor: number, decimals: number): number {
  return minor / 10 ** decimals;
}
