import { PayuBalances } from "../../../../src/providers/payu/balances";
import { call, scriptedPayu } from "./fixtures";

const moment = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

/** A history of so many movements, one a minute, whose pages are never larger than `largest`. */
function history(count: number, largest: number) {
  const asked: URLSearchParams[] = [];
  const client = scriptedPayu(({ path }) => {
    const query = new URLSearchParams(path.split("?")[1]);
    asked.push(query);
    const [from, to] = [query.get("eventDateFrom") ?? "", query.get("eventDateTo") ?? ""];
    const found = Array.from({ length: count }, (_, index) => ({
      type: "PAYMENT_RECEIVED",
      amount: `${index}`,
      currencyCode: "PLN",
      eventDate: moment(index).toISOString(),
    }))
      .filter(({ eventDate }) => eventDate >= from && eventDate <= to)
      .reverse();
    const size = Math.min(Number(query.get("limit")), largest);
    const page = Number(query.get("offset"));
    const operations = found.slice(page * size, (page + 1) * size);
    const pageCount = `${Math.ceil(found.length / size)}`;
    const pageResponse = { records: `${found.length}`, size: `${operations.length}`, pageCount };
    return { body: { operations, pageResponse, status: { statusCode: "SUCCESS" } } };
  });
  const read = async (query: { offset: number; limit: number; to?: Date }) => {
    const outcome = await new PayuBalances(client).movements(
      { currency: null, from: moment(0), to: moment(count), ...query },
      call,
    );
    if (outcome.kind !== "accepted") throw new Error(outcome.kind);
    const { items, total } = outcome.value;
    return { minors: items.map(({ amount }) => Number(amount.minor)), total };
  };
  return { read, asked };
}

describe.each([100, 7, 1])("with pages of at most %i", (largest) => {
  test.each([
    [0, 10],
    [0, 30],
    [10, 10],
    [13, 10],
    [20, 10],
    [24, 10],
    [25, 10],
    [40, 10],
  ])("movements from %i on, %i of them, are those", async (offset, limit) => {
    const newestFirst = Array.from({ length: 25 }, (_, index) => 24 - index);
    expect(await history(25, largest).read({ offset, limit })).toEqual({
      minors: newestFirst.slice(offset, offset + limit),
      total: 25,
    });
  });
});

test("pages that are as large as asked for are each read once", async () => {
  const { read, asked } = history(25, 100);
  await read({ offset: 13, limit: 10 });
  expect(asked.map((query) => query.get("offset"))).toEqual(["1", "2"]);
});

test("what happens at the end's very moment is left out, though PayU takes it in", async () => {
  const { minors } = await history(25, 100).read({ offset: 0, limit: 3, to: moment(20) });
  expect(minors).toEqual([19, 18, 17]);
});
