import { randomUUID } from "node:crypto";
import {
  accountFields,
  accountsOf,
  answerConsent,
  beginningOf,
  connectByConsent,
} from "../support/consent";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { countTokenRequests, eventually, type Json } from "../support/simulator";

/** Long enough for others to come meanwhile. */
const slowToken = {
  match: { path: "^/oauth/token$" },
  effect: { kind: "effect-then-latency", ms: 500 },
};
const minute = 60_000;
const day = 24 * 60 * minute;

describeEachDatabase("a connected seller", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let sellerId: string;
  let userId: number;
  let account: Json;
  beforeEach(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({
      database,
      clock,
      notifications: { mode: "on", delayMs: 1 },
    });
    await control("/notifications", { url: `${gateway.url}/webhooks/mercadopago` });
    const input = { reference: "the-shop", name: "Shop" };
    sellerId = (await gateway.mutate("createSeller", input, "seller { id }")).seller.id;
    userId = (await gateway.simulator.seller()).userId;
    account = await connectByConsent(gateway, sellerId, userId);
  });
  afterEach(() => gateway.stop());

  const control = (path: string, body?: unknown) => gateway.simulator.control("POST", path, body);
  /** Moves the time of the gateway and of the provider. */
  const later = async (ms: number) => {
    await control("/clock", { advanceMs: ms });
    clock.advance(ms);
    gateway.app.wakeJobs();
  };
  const present = async (): Promise<Json> =>
    (await accountsOf(gateway, sellerId)).find(({ id }) => id === account.id);
  const becomes = async (expected: Json): Promise<Json> => {
    let shown: Json;
    await eventually(async () => {
      shown = await present();
      return Object.entries(expected).every(([field, value]) => shown[field] === value);
    });
    return shown;
  };
  const pay = async (): Promise<Json> => {
    const { id: cardToken } = await control("/card-tokens", { userId });
    return gateway.mutate(
      "createPayment",
      {
        idempotencyKey: randomUUID(),
        sellerId,
        amount: "10.00",
        currency: "ARS",
        cardToken,
        methodId: "visa",
        installments: 1,
        payer: { email: `${randomUUID()}@testuser.com` },
      },
      "payment { id status }",
    );
  };
  const refresh = () =>
    gateway.mutate(
      "refreshSellerCredentials",
      { accountId: account.id },
      `account { ${accountFields} }`,
    );
  /** A renewal that the provider has carried out, and whose answer is not there yet. In an object: not awaited. */
  const beginSlowRenewal = async () => {
    await control("/faults", slowToken);
    const renewing = refresh();
    await eventually(async () => {
      const { faults } = await gateway.simulator.control("GET", "/faults");
      return faults.every(({ times }: Json) => times === 0);
    });
    return { renewing };
  };
  const isNewerThan = (ms: string, than: string) => Date.parse(ms) > Date.parse(than);

  describe("is renewed", () => {
    test("at half of the credentials' life, and again at half of the next", async () => {
      const requests = await countTokenRequests(gateway.simulator);
      await later(89 * day);
      expect((await present()).credentialsRefreshedAt).toBe(account.credentialsRefreshedAt);
      for (const [times, wait] of [
        [1, 2 * day],
        [2, 91 * day],
      ] as const) {
        const before = await present();
        await later(wait);
        await eventually(async () =>
          isNewerThan((await present()).credentialsExpireAt, before.credentialsExpireAt),
        );
        expect(await requests()).toBe(times);
      }
      expect(await present()).toMatchObject({ status: "CONNECTED", acceptsPayments: true });
      expect((await pay()).payment.status).toBe("APPROVED");
    });

    test("by hand", async () => {
      await later(minute);
      const { account: renewed, userErrors } = await refresh();
      expect(userErrors).toEqual([]);
      expect(isNewerThan(renewed.credentialsRefreshedAt, account.credentialsRefreshedAt)).toBe(
        true,
      );
    });

    test("once, however many ask at the same moment", async () => {
      const requests = await countTokenRequests(gateway.simulator);
      await control("/faults", slowToken);
      const answers = await Promise.all(Array.from({ length: 8 }, refresh));
      expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
      expect(await requests()).toBe(1);
    });

    test("in time for the next end as well, although another process had given the seller up", async () => {
      const { renewing } = await beginSlowRenewal();
      // What a process writes that takes this one for dead, and finds both tokens used up.
      await gateway.app.database.write((unit) => {
        unit.change({
          sql: `UPDATE provider_account SET status = 'RECONNECT_NEEDED', credentials_sealed = NULL,
                version = version + 1 WHERE id = ?`,
          values: [account.id],
        });
        unit.change({
          sql: "UPDATE credential_renewal SET due_at = NULL, attempts = 0, lease_token = NULL WHERE id = ?",
          values: [account.id],
        });
      });
      expect((await renewing).userErrors).toEqual([]);
      const { status, credentialsExpireAt } = await present();
      expect(status).toBe("CONNECTED");
      await later(91 * day);
      await eventually(async () =>
        isNewerThan((await present()).credentialsExpireAt, credentialsExpireAt),
      );
    });

    test("later, when the provider gives no answer, and payments go on", async () => {
      const fault = { match: { path: "^/oauth/token$" }, effect: "drop-before" };
      await control("/faults", fault);
      await later(91 * day);
      await becomes({ status: "REFRESH_DUE", acceptsPayments: true });
      expect((await pay()).payment.status).toBe("APPROVED");
      await later(minute);
      await becomes({ status: "CONNECTED", statusReason: null });
    });

    test.each([
      ["asks for patience", { code: 429, body: { error: "local_rate_limited", status: 429 } }],
      [
        "does not know the application",
        { code: 400, body: { error: "invalid_client", status: 400 } },
      ],
    ])("later, when the provider %s", async (_title, answer) => {
      const fault = { match: { path: "^/oauth/token$" }, effect: { kind: "status", ...answer } };
      await control("/faults", fault);
      expect((await refresh()).userErrors).toMatchObject([
        { code: "PROVIDER_UNAVAILABLE", retryable: true },
      ]);
      await later(minute);
      await becomes({ status: "CONNECTED" });
    });
  });

  describe("whose token is refused in the middle of a payment", () => {
    beforeEach(async () => {
      await later(2 * minute);
    });
    const keysOf = async (paymentId: string): Promise<Json[]> =>
      (
        await gateway.simulator.control("GET", `/ledger?externalReference=${paymentId}`)
      ).entries.map(({ type, idempotencyKey }: Json) => [type, idempotencyKey]);

    test("is paid all the same: one renewal, and one repetition under the same key", async () => {
      await control(`/accounts/${userId}/expire-tokens`);
      const requests = await countTokenRequests(gateway.simulator);
      const { payment, userErrors } = await pay();
      expect([payment.status, userErrors]).toEqual(["APPROVED", []]);
      expect(await requests()).toBe(1);
      const [operation] = await gateway.app.database.read(
        "SELECT provider_key FROM operation WHERE subject_id = ?",
        [payment.id],
      );
      expect(await keysOf(payment.id)).toEqual([["charge", operation?.provider_key]]);
    });

    test("is paid many times at once, with one renewal", async () => {
      await control(`/accounts/${userId}/expire-tokens`);
      const requests = await countTokenRequests(gateway.simulator);
      const paid = await Promise.all(Array.from({ length: 6 }, pay));
      expect(paid.map(({ payment }) => payment.status)).toEqual(Array(6).fill("APPROVED"));
      expect(await requests()).toBe(1);
    });

    test("can be paid a moment later, when the renewal has no answer", async () => {
      // A look at an earlier payment may find the token refused first. Its renewal has no answer, either.
      const match = { path: "^/oauth/token$" };
      await control("/faults", { match, effect: "drop-before", times: "always" });
      await control(`/accounts/${userId}/expire-tokens`);
      const { payment, userErrors } = await pay();
      expect(payment.status).toBe("FAILED");
      expect(userErrors).toMatchObject([{ code: "PROVIDER_UNAVAILABLE", retryable: true }]);
      await gateway.simulator.control("DELETE", "/faults");
      expect((await pay()).payment.status).toBe("APPROVED");
      expect(await present()).toMatchObject({ status: "CONNECTED" });
    });

    test("is not asked again and again for what new credentials do not mend", async () => {
      const refusing = { kind: "status", code: 401, body: { message: "no", status: 401 } };
      const match = { method: "POST", path: "^/v1/payments$" };
      await control("/faults", { match, effect: refusing, times: "always" });
      const requests = await countTokenRequests(gateway.simulator);
      for (let round = 0; round < 3; round++) {
        const { payment, userErrors } = await pay();
        expect([payment.status, userErrors[0].code]).toEqual(["FAILED", "SELLER_RECONNECT_NEEDED"]);
      }
      expect(await requests()).toBe(1);
      expect(await present()).toMatchObject({ status: "CONNECTED" });
    });

    test("and who changed the password has to connect again, and can", async () => {
      await control(`/accounts/${userId}/revoke`, { notify: false });
      const { payment, userErrors } = await pay();
      expect([payment.status, userErrors[0].code]).toEqual(["FAILED", "SELLER_RECONNECT_NEEDED"]);
      expect(await present()).toMatchObject({
        status: "RECONNECT_NEEDED",
        statusReason: expect.stringContaining("changed the password"),
        acceptsPayments: false,
      });
      expect((await pay()).userErrors).toMatchObject([{ code: "NO_CAPABLE_ACCOUNT" }]);
      expect((await refresh()).userErrors).toMatchObject([{ code: "SELLER_RECONNECT_NEEDED" }]);

      const again = await connectByConsent(gateway, sellerId, userId);
      expect(again).toMatchObject({ id: account.id, status: "CONNECTED", statusReason: null });
      expect((await pay()).payment.status).toBe("APPROVED");
    });
  });

  describe("whose renewal got lost on its way", () => {
    beforeEach(async () => {
      await control("/faults", {
        match: { path: "^/oauth/token$" },
        effect: "effect-then-drop",
      });
      await later(91 * day);
      await becomes({ status: "REFRESH_DUE" });
      await later(minute);
      await becomes({ status: "RECONNECT_NEEDED" });
    });

    test("is paid until the credentials end, and not longer", async () => {
      expect(await present()).toMatchObject({
        statusReason: expect.stringContaining("Payments go on"),
        acceptsPayments: true,
        credentialsExpireAt: account.credentialsExpireAt,
      });
      expect((await pay()).payment.status).toBe("APPROVED");
      await later(90 * day);
      await becomes({ status: "RECONNECT_NEEDED", acceptsPayments: false });
      expect((await pay()).userErrors).toMatchObject([{ code: "NO_CAPABLE_ACCOUNT" }]);
    });

    test("is connected again by agreeing once more", async () => {
      expect(await connectByConsent(gateway, sellerId, userId)).toMatchObject({
        id: account.id,
        status: "CONNECTED",
      });
    });
  });

  test("that did not allow renewing is told so in good time", async () => {
    const { searchParams } = new URL(await startUrl());
    const { code } = await control("/oauth/codes", {
      userId,
      scope: "read write",
      redirectUri: searchParams.get("redirect_uri"),
      codeChallenge: searchParams.get("code_challenge"),
    });
    const input = { state: searchParams.get("state"), code };
    await gateway.mutate("completeSellerConnection", input, "account { id }");
    await later(91 * day);
    await becomes({ status: "RECONNECT_NEEDED", acceptsPayments: true });
    expect((await present()).statusReason).toContain("did not allow");
  });
  const startUrl = async (): Promise<string> =>
    (await gateway.mutate("startSellerConnection", { sellerId }, "authorizationUrl"))
      .authorizationUrl;

  describe("who leaves at the provider", () => {
    test("is flagged as soon as the notification comes", async () => {
      await control(`/accounts/${userId}/revoke`);
      const shown = await becomes({ status: "RECONNECT_NEEDED", acceptsPayments: false });
      expect(shown.statusReason).toContain("ended the authorization");
    });

    test("is not believed to have left because somebody says so", async () => {
      const body = { user_id: userId, action: "application.deauthorized" };
      const sent = await control("/notifications/send", {
        ...{ type: "mp-connect", action: body.action, dataId: String(userId), userId, body },
      });
      expect(sent.status).toBe(200);
      // It is looked at several times, in case the provider's own servers learn of it late.
      await eventually(async () => {
        await later(20 * minute);
        const rows = await gateway.app.database.read(
          "SELECT attempts, result FROM inbox_delivery WHERE raw_body LIKE '%deauthorized%'",
        );
        return rows[0]?.attempts === 4 && rows[0].result === "looked up: connected";
      });
      expect(await present()).toMatchObject({ status: "CONNECTED", acceptsPayments: true });
    });
  });

  describe("who is disconnected here", () => {
    const disconnect = (credential?: string) =>
      gateway.mutate(
        "disconnectSeller",
        { accountId: account.id },
        `account { ${accountFields} }`,
        credential,
      );

    test("is paid no more, and nothing is left to be paid with", async () => {
      const { account: ended } = await disconnect();
      expect(ended).toMatchObject({
        status: "DISCONNECTED",
        statusReason: "Disconnected by the marketplace.",
        acceptsPayments: false,
      });
      expect((await pay()).userErrors).toMatchObject([{ code: "NO_CAPABLE_ACCOUNT" }]);
      expect((await refresh()).userErrors).toMatchObject([{ code: "SELLER_RECONNECT_NEEDED" }]);
      const rows = await gateway.app.database.read(
        "SELECT credentials_sealed FROM provider_account WHERE id = ?",
        [account.id],
      );
      expect(rows).toEqual([{ credentials_sealed: null }]);
      await later(91 * day);
      expect((await disconnect()).account).toEqual(ended);
    });

    test("while credentials are being renewed stays disconnected", async () => {
      const { renewing } = await beginSlowRenewal();
      await disconnect();
      expect((await renewing).userErrors).toMatchObject([{ code: "SELLER_RECONNECT_NEEDED" }]);
      expect(await present()).toMatchObject({ status: "DISCONNECTED" });
    });
  });

  describe("is watched", () => {
    const watch = (variables: Json = {}) => {
      const query = `subscription ($sellerId: ID, $after: Cursor) {
        sellerConnectionUpdated(sellerId: $sellerId, after: $after) {
          cursor sequence status statusReason account { id status acceptsPayments }
          event { type from to source subject { id } }
        }
      }`;
      const client = gateway.client();
      const updates = client.iterate<Json>({ query, variables: { sellerId, ...variables } });
      return async () => (await updates.next()).value.data.sellerConnectionUpdated;
    };
    /** From before anything of the seller's. */
    const watchFromBeginning = () => watch({ after: beginningOf(sellerId) });

    test("from its beginning, each change once, in order, and live from there", async () => {
      const next = watchFromBeginning();
      expect(await next()).toMatchObject({
        sequence: "1",
        status: "CONNECTED",
        event: { type: "ACCOUNT_CONNECTED", from: null, to: "CONNECTED", source: "API" },
      });
      const live = next();
      await refresh();
      const renewed = await live;
      expect(renewed).toMatchObject({ sequence: "2", event: { type: "ACCOUNT_UPDATED" } });
      await control(`/accounts/${userId}/revoke`);
      const ended = await next();
      expect(ended).toMatchObject({
        sequence: "3",
        status: "RECONNECT_NEEDED",
        statusReason: expect.stringContaining("ended the authorization"),
        account: { id: account.id, status: "RECONNECT_NEEDED", acceptsPayments: false },
        event: {
          type: "ACCOUNT_STATUS_CHANGED",
          from: "CONNECTED",
          source: "WEBHOOK",
          subject: { id: account.id },
        },
      });
      // Whoever missed it gets it behind the last cursor, as it was.
      const missed = watch({ after: renewed.cursor });
      expect(await missed()).toEqual(ended);
    });

    test("by its former seller too, when the account moves", async () => {
      const next = watchFromBeginning();
      await next();
      const input = { reference: "the-other-shop", name: "Other shop" };
      const other = (await gateway.mutate("createSeller", input, "seller { id }")).seller.id;
      const { authorizationUrl } = await gateway.mutate(
        "startSellerConnection",
        { sellerId: other, moveFromOtherSeller: true },
        "authorizationUrl",
      );
      await fetch(await answerConsent(authorizationUrl, { userId }));
      expect(await next()).toMatchObject({
        sequence: "2",
        status: "DISCONNECTED",
        statusReason: "The account was connected by another seller.",
        account: null,
      });
    });
  });
});
