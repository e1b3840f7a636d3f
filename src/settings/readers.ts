import { z } from "zod";

/** How the texts of environment variables are read. Messages go on from the variable's name, and repeat no value. */

export function whole(fallback: number, least = 1) {
  return z.coerce
    .number({ error: "must be a number" })
    .int("must be a whole number")
    .min(least, `must be at least ${least}`)
    .default(fallback);
}

/** A whole number, or `off` for none. */
export function limit(fallback: number, least = 1) {
  return z
    .union([z.literal("off"), whole(fallback, least)], {
      error: `must be a whole number of at least ${least}, or off`,
    })
    .default(fallback)
    .transform((value) => (value === "off" ? undefined : value));
}

export const flag = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true")
  .optional();

export function url(...schemes: readonly string[]) {
  return z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
    );
}

export function list(text: string): string[] {
  return text.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
}

export function port(fallback: number, least: number) {
  return whole(fallback, least).pipe(z.number().max(65_535, "must be at most 65535"));
}

export const secret = z.string().min(16, "must have at least 16 characters");

/** A field of a JSON object. Zod's own words for what it found there would repeat it. */
export function field(kind: string) {
  return {
    error: ({ input }: { input?: unknown }) =>
      input === undefined ? "must be given" : `must be ${kind}`,
  };
}
export const textField = z.string(field("text in quotes"));
export const secretField = textField.pipe(secret);
