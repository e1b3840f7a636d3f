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
  documentTypes: readonly string[];
}

const sites: Record<SiteId, Site> = {
  MLA: site("MLA", "AR", "ARS", 2, 180, "com.ar", ["DNI", "CI", "LE", "LC", "Otro"]),
  MLB: site("MLB", "BR", "BRL", 2, 180, "com.br", ["CPF", "CNPJ"]),
  // Mexico has no document types: the identification endpoint does not serve it.
  MLM: site("MLM", "MX", "MXN", 2, 180, "com.mx", []),
  MLC: site("MLC", "CL", "CLP", 0, 180, "cl", ["RUT", "Otro"]),
  MCO: site("MCO", "CO", "COP", 0, 180, "com.co", ["CC", "CE", "NIT", "Otro"]),
  MPE: site("MPE", "PE", "PEN", 2, 90, "com.pe", ["DNI", "C.E", "RUC", "Otro"]),
  MLU: site("MLU", "UY", "UYU", 2, 180, "com.uy", ["CI", "Otro"]),
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
  documentTypes: readonly string[],
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
