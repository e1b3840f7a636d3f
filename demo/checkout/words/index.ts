import { en } from "./en";
import { es } from "./es";
import { pl } from "./pl";
import { pt } from "./pt";
import type { Words } from "./words";

export const languages = ["EN", "ES", "PT", "PL"] as const;
export type Language = (typeof languages)[number];

export const words: Readonly<Record<Language, Words>> = { EN: en, ES: es, PT: pt, PL: pl };
