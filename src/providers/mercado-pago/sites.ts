import type { Currency } from "../../domain/money";

/** A country as Mercado Pago has it. */
export interface Site {
  readonly id: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly currency: Currency;
  /** What its web addresses end in. Documented for Argentina; the others follow the docs' template. */
  readonly domain: string;
}

export const sites: readonly Site[] = [
  { id: "MLA", country: "AR", currency: "ARS", domain: "com.ar" },
  { id: "MLB", country: "BR", currency: "BRL", domain: "com.br" },
  { id: "MLC", country: "CL", currency: "CLP", domain: "cl" },
  { id: "MCO", country: "CO", currency: "COP", domain: "com.co" },
  { id: "MLM", country: "MX", currency: "MXN", domain: "com.mx" },
  { id: "MPE", country: "PE", currency: "PEN", domain: "com.pe" },
  { id: "MLU", country: "UY", currency: "UYU", domain: "com.uy" },
];

export function siteById(id: string | null): Site | undefined {
  return sites.find((site) => site.id === id);
}

export function siteOfCountry(country: string | null): Site | undefined {
  return sites.find((site) => site.country === country);
}
