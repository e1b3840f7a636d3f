import type { FastifyInstance } from "fastify";
import type { JsonObject } from "../core/json-body";
import { authenticate } from "./caller";
import { invalid } from "./errors";
import type { Fields } from "./fields";
import type { World } from "./world";

/** Choice: how long a table of rates is valid. */
const tableMs = 20 * 60 * 1000;

/** What one unit costs in PLN. Made up, and the same for ever, so that tests can count on them. */
const inPln = { PLN: 1, EUR: 4.2556, CZK: 0.1712, HUF: 0.0108 };
const currencies = Object.keys(inPln) as (keyof typeof inPln)[];

/** Choice: the amount may differ from amount × rate by its rounding, and no more. */
const toleranceMinor = 1;

export function registerFx(app: FastifyInstance, world: World): void {
  app.get("/api/v2_1/mcp-partners/:id/fx-table", (request, reply) => {
    authenticate(world, request);
    return reply.send(currentTable(world.clock.now()));
  });
}

/** Checks the target of a payout in another currency against the table that is valid now. */
export function readFx(
  request: Fields,
  amountMinor: number,
  currency: string,
  now: number,
): JsonObject | null {
  const fx = request.object("fxData");
  if (!fx) return null;
  const table = currentTable(now);
  fx.requiredText("partnerId");
  const target = fx.requiredText("currencyCode");
  const pair = table.currencyPairs.find(
    ({ baseCurrency, termCurrency }) => baseCurrency === currency && termCurrency === target,
  );
  if (!pair) throw invalid(fx.path("currencyCode"), "is not in the table of rates");
  if (fx.requiredText("tableId") !== table.id) {
    throw invalid(fx.path("tableId"), "is not the table that is valid now");
  }
  if (Number(fx.raw.rate) !== pair.exchangeRate)
    throw invalid(fx.path("rate"), "is not the table's");
  const amount = fx.requiredAmount("amount");
  if (Math.abs(amount - amountMinor * pair.exchangeRate) > toleranceMinor) {
    throw invalid(fx.path("amount"), "is not the amount at this rate");
  }
  return fx.raw;
}

interface Table {
  id: string;
  validTo: string;
  currencyPairs: { baseCurrency: string; exchangeRate: number; termCurrency: string }[];
}

function currentTable(now: number): Table {
  const number = Math.floor(now / tableMs);
  const pairs = currencies.flatMap((base) =>
    currencies
      .filter((term) => term !== base)
      .map((term) => ({
        baseCurrency: base,
        exchangeRate: Number((inPln[base] / inPln[term]).toFixed(5)),
        termCurrency: term,
      })),
  );
  const validTo = new Date((number + 1) * tableMs).toISOString();
  return { id: String(number), validTo, currencyPairs: pairs };
}
