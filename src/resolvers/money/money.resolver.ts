import { LRUCache } from "lru-cache";
import { Arg, FieldResolver, Resolver, Root } from "type-graphql";
import { refuse } from "../../domain/errors";
import { MoneyType } from "../../schema/shared/shared.type";

const localeDefault = "en";
/** The longest that anybody uses; a longer one is made up. */
const localeLength = 35;

@Resolver(() => MoneyType)
export class MoneyResolver {
  @FieldResolver(() => String, {
    description: 'For people to read, by the customs of a language and country: "$ 100,50".',
  })
  formatted(
    @Root() { amount, currency }: MoneyType,
    @Arg("locale", () => String, {
      nullable: true,
      description: "BCP 47, such as es-AR or pl; English when left out.",
    })
    locale?: string | null,
  ): string {
    const decimals = amount.split(".")[1]?.length ?? 0;
    // Text goes in, not a number: the digits stay those of the amount, however many.
    return formatOf(locale ?? localeDefault, currency, decimals).format(amount as `${number}`);
  }
}

/** Formats are slow to make; a page of payments uses the same one throughout. */
const formats = new LRUCache<string, Intl.NumberFormat>({ max: 200 });

function formatOf(locale: string, currency: string, decimals: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${decimals}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = makeFormat(locale, currency, decimals);
    formats.set(key, format);
  }
  return format;
}

function makeFormat(locale: string, currency: string, decimals: number): Intl.NumberFormat {
  try {
    if (locale.length > localeLength) throw new RangeError("too long");
    return new Intl.NumberFormat([locale, localeDefault], {
      style: "currency",
      currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    throw refuse("INVALID_INPUT", "this is no locale by BCP 47", ["locale"]);
  }
}
