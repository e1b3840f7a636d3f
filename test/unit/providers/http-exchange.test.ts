import type { Dispatcher } from "undici";
import { Exchange, type HttpResult } from "../../../src/providers/http-exchange";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function start(timeoutMs = 1_000) {
  const results: HttpResult[] = [];
  const exchange = new Exchange((result) => results.push(result), timeoutMs, 1_024);
  return { exchange, results };
}

function controller() {
  const abort = jest.fn<void, [Error]>();
  return { abort, controller: { abort } as unknown as Dispatcher.DispatchController };
}

const oneMinute = 60_000;

test("a request that was given up while it waited is stopped before it is written", () => {
  const { exchange, results } = start();
  jest.advanceTimersByTime(1_000);
  expect(results).toEqual([{ kind: "not-sent", reason: "no connection in time" }]);

  const late = controller();
  exchange.onRequestStart(late.controller);
  expect(late.abort).toHaveBeenCalledTimes(1);
  exchange.onResponseError(late.controller, new Error("aborted"));
  expect(results).toHaveLength(1);
});

test("a request is never written twice", () => {
  const { exchange, results } = start();
  const first = controller();
  const second = controller();
  exchange.onRequestStart(first.controller);
  exchange.onRequestStart(second.controller);
  expect(first.abort).not.toHaveBeenCalled();
  expect(second.abort).toHaveBeenCalledTimes(1);
  exchange.onResponseError(second.controller, new Error("aborted"));
  expect(results).toMatchObject([{ kind: "unknown" }]);
});

test("out of time after writing ends the connection and stays unknown", () => {
  const { exchange, results } = start();
  const call = controller();
  exchange.onRequestStart(call.controller);
  exchange.onResponseStart(call.controller, 201, {});
  jest.advanceTimersByTime(1_000);
  expect(results).toEqual([{ kind: "unknown", reason: "no whole answer in time" }]);
  expect(call.abort).toHaveBeenCalledTimes(1);
  exchange.onResponseEnd();
  expect(results).toHaveLength(1);
});

test("an answer stops the clock", () => {
  const { exchange, results } = start();
  const call = controller();
  exchange.onRequestStart(call.controller);
  exchange.onResponseStart(call.controller, 200, { a: "b" });
  exchange.onResponseEnd();
  jest.advanceTimersByTime(oneMinute);
  expect(results).toEqual([{ kind: "response", status: 200, headers: { a: "b" }, text: "" }]);
  expect(jest.getTimerCount()).toBe(0);
});

test("what an error says is not repeated, only its code", () => {
  const { exchange, results } = start();
  const call = controller();
  exchange.onRequestStart(call.controller);
  exchange.onResponseError(
    call.controller,
    Object.assign(new Error("token APP_USR-1 to 10.0.0.1"), { code: "not a code: APP_USR-1" }),
  );
  expect(JSON.stringify(results)).not.toContain("APP_USR");
});
