import { randomUUID } from "node:crypto";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import { firstValueFrom, take, toArray } from "rxjs";
import WebSocket from "ws";
import { demoCredentials } from "../../src/demo";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import type { Json } from "../support/simulator";
import { closedByStop, refusalOf, untilSeen, watch as watchWith } from "../support/watch";

const updates = `subscription ($id: ID, $sellerId: ID, $after: Cursor) {
  paymentUpdated(id: $id, sellerId: $sellerId, after: $after) {
    cursor sequence status event { from to type } payment { id status refundedAmount { amount } }
  }
}`;

describeEachDatabase("paymentUpdated", (database) => {
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const watch = (variables: Record<string, unknown>, credential?: string | null) =>
    watchWith(gateway, updates, variables, credential);
  const pay = async (extra: Record<string, unknown> = {}, holder = "APRO"): Promise<Json> =>
    (
      await gateway.mutate(
        "createPayment",
        await gateway.cardPayment(seller, extra, holder),
        "payment { id status }",
      )
    ).payment;
  const refund = (paymentId: string, amount: string) =>
    gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId, amount },
      "refund { status }",
    );

  test("of one payment begins with its present state and goes on live", async () => {
    const payment = await pay({ capture: false });
    const watched = watch({ id: payment.id });
    expect(await watched.next()).toMatchObject({
      status: "AUTHORIZED",
      event: { from: "PROCESSING", to: "AUTHORIZED" },
      payment: { id: payment.id, status: "AUTHORIZED" },
    });
    await gateway.mutate(
      "capturePayment",
      { idempotencyKey: randomUUID(), paymentId: payment.id },
      "payment { id }",
    );
    expect(await watched.next()).toMatchObject({
      status: "APPROVED",
      payment: { status: "APPROVED" },
    });
    await refund(payment.id, "10.00");
    await refund(payment.id, "5.00");
    expect(await watched.next()).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      payment: { refundedAmount: { amount: "10.00" } },
    });
    expect(await watched.next()).toMatchObject({
      event: { type: "PAYMENT_UPDATED" },
      payment: { refundedAmount: { amount: "15.00" } },
    });
    watched.end();
  });

  test("of a seller shows a payment go from PROCESSING to APPROVED", async () => {
    const watched = watch({ sellerId: seller.id });
    // The subscription stands once its first update arrives, so the first payment only opens the way.
    const opening = watched.next();
    const first = await untilSeen(opening, () => pay());
    const payment = await pay();
    const seen: Json[] = [];
    while (!seen.some((one) => one.payment.id === payment.id && one.status === "APPROVED")) {
      seen.push(await watched.next());
    }
    expect(first.sequence).toEqual(expect.any(String));
    expect(seen.filter((one) => one.payment.id === payment.id).map(({ status }) => status)).toEqual(
      ["PROCESSING", "APPROVED"],
    );
    watched.end();
  });

  test("resumed from a cursor has seen every change once, in order", async () => {
    const payment = await pay({ capture: false });
    const watched = watch({ id: payment.id });
    const first = await watched.next();
    // The socket dies without a word; meanwhile things go on.
    watched.client.terminate();
    await gateway.mutate(
      "capturePayment",
      { idempotencyKey: randomUUID(), paymentId: payment.id },
      "payment { id }",
    );
    await refund(payment.id, "1.00");

    const resumed = watch({ id: payment.id, after: first.cursor });
    const rest = [await resumed.next(), await resumed.next()];
    await refund(payment.id, "2.00");
    rest.push(await resumed.next());
    expect([first, ...rest].map(({ status }) => status)).toEqual([
      "AUTHORIZED",
      "APPROVED",
      "PARTIALLY_REFUNDED",
      "PARTIALLY_REFUNDED",
    ]);
    expect(rest.map(({ payment: seen }) => seen.refundedAmount.amount)).toEqual([
      "0.00",
      "1.00",
      "3.00",
    ]);
    const sequences = [first, ...rest].map(({ sequence }) => BigInt(sequence));
    expect([...sequences].sort((a, b) => (a < b ? -1 : 1))).toEqual(sequences);
    expect(new Set(sequences).size).toBe(4);
    resumed.end();
  });

  test("goes on over a restart of the server: closed with 1001, resumed, nothing missed", async () => {
    const payment = await pay({ capture: false });
    const watched = watch({ id: payment.id });
    const first = await watched.next();
    expect(await closedByStop(gateway, watched)).toBe(1001);

    await gateway.startApp();
    await gateway.mutate(
      "cancelPayment",
      { idempotencyKey: randomUUID(), paymentId: payment.id },
      "payment { id }",
    );
    const resumed = watch({ id: payment.id, after: first.cursor });
    expect(await resumed.next()).toMatchObject({
      status: "CANCELLED",
      event: { from: "AUTHORIZED" },
    });
    resumed.end();
  });

  test("works with Apollo Client over both of its links", async () => {
    const link = new GraphQLWsLink(
      createClient({
        url: `${gateway.url.replace("http", "ws")}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${demoCredentials.marketplace}` },
      }),
    );
    const live = new ApolloClient({ link, cache: new InMemoryCache() });
    const http = new ApolloClient({
      link: new HttpLink({
        uri: `${gateway.url}/graphql`,
        headers: { authorization: `Bearer ${demoCredentials.marketplace}` },
      }),
      cache: new InMemoryCache(),
    });
    const payment = await pay({ capture: false });
    const seen = firstValueFrom(
      live
        .subscribe<Json>({ query: gql(updates), variables: { id: payment.id } })
        .pipe(take(2), toArray()),
    );
    const captured = await http.mutate<Json>({
      mutation: gql`
        mutation ($input: CapturePaymentInput!) {
          capturePayment(input: $input) { payment { id status } userErrors { code } }
        }
      `,
      variables: { input: { idempotencyKey: randomUUID(), paymentId: payment.id } },
    });
    expect(captured.data?.capturePayment.payment.status).toBe("APPROVED");
    // The watcher may have arrived before or after the capture; its last word is the same.
    const statuses = (await Promise.race([seen, nudge(payment.id, seen)])).map(
      (one: Json) => one.data.paymentUpdated.status,
    );
    expect(statuses.at(-1)).toMatch(/APPROVED|PARTIALLY_REFUNDED/);
    await link.client.dispose();
  });

  /** A late watcher starts at APPROVED and needs one more change to have seen two. */
  const nudge = async (paymentId: string, seen: Promise<Json[]>): Promise<Json[]> => {
    await refund(paymentId, "1.00");
    return seen;
  };

  test("of what the caller may not see is refused", async () => {
    const other = await gateway.connectSeller();
    const payment = await pay();
    const refused = async (variables: Record<string, unknown>, credential: string, code: string) =>
      expect(await refusalOf(gateway, updates, variables, credential)).toMatchObject([
        { extensions: { code } },
      ]);
    await refused({ id: payment.id }, other.key, "NOT_FOUND");
    await refused({ sellerId: seller.id }, other.key, "NOT_FOUND");
    await refused({ sellerId: seller.id }, demoCredentials.partner, "NOT_FOUND");
    await refused({}, demoCredentials.marketplace, "INVALID_INPUT");
    await refused({ id: payment.id, after: "bm9uc2Vuc2U" }, seller.key, "CURSOR_INVALID");
    await refused({ id: seller.id }, seller.key, "WRONG_ID_KIND");
  });

  test("ends nothing for others when one of many watchers leaves", async () => {
    const payment = await pay({ capture: false });
    const watchers = Array.from({ length: 8 }, () => watch({ id: payment.id }));
    for (const watcher of watchers) expect((await watcher.next()).status).toBe("AUTHORIZED");
    for (const watcher of watchers.slice(0, 4)) await watcher.client.dispose();
    await gateway.mutate(
      "cancelPayment",
      { idempotencyKey: randomUUID(), paymentId: payment.id },
      "payment { id }",
    );
    for (const watcher of watchers.slice(4)) {
      expect((await watcher.next()).status).toBe("CANCELLED");
      await watcher.client.dispose();
    }
  });
});
