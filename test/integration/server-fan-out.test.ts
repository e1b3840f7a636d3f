import { RawSocket, startServer, type TestServer, until } from "./server-support";

let gateway: TestServer;
beforeEach(async () => {
  gateway = await startServer();
});
afterEach(() => gateway.stop());

const document = "subscription Watch($after: String) { ticked(after: $after) { number viewer } }";

it("executes an event once for a hundred subscribers that see the same", async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.ready(gateway.url)));
  for (const [i, socket] of sockets.entries()) {
    for (const id of ["1", "2", "3", "4", "5"]) {
      socket.subscribe(id, document, { variables: { after: `cursor-${i}-${id}` } });
    }
  }
  await until(() => gateway.ticks.subscribers === 100);
  gateway.ticks.publish({ number: 1 });
  for (const socket of sockets) {
    for (const id of ["1", "2", "3", "4", "5"]) {
      expect(await socket.next("next", id)).toEqual({
        data: { ticked: { number: 1, viewer: "MARKETPLACE" } },
      });
    }
  }
  expect(gateway.executions.count).toBe(1);
});

it("never gives one viewer's answer to another", async () => {
  const [marketplace, payer] = [
    await RawSocket.ready(gateway.url),
    await RawSocket.ready(gateway.url, "watch"),
  ];
  marketplace.subscribe("1", document);
  payer.subscribe("1", document);
  await until(() => gateway.ticks.subscribers === 2);
  gateway.ticks.publish({ number: 1 });
  expect(await marketplace.next("next")).toMatchObject({
    data: { ticked: { viewer: "MARKETPLACE" } },
  });
  expect(await payer.next("next")).toMatchObject({ data: { ticked: { viewer: "WATCHER" } } });
  expect(gateway.executions.count).toBe(2);
});
