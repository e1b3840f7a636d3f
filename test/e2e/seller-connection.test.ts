import { randomUUID } from "node:crypto";
import { foundMarketplace } from "../support/access-world";
import {
  accountFields,
  accountsOf,
  answerConsent,
  connectByConsent,
  startConnection,
} from "../support/consent";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import type { Json } from "../support/simulator";

const minute = 60_000;
const day = 24 * 60 * minute;

describeEachDatabase("connecting a seller", (database) => {
  let gateway: TestGateway;
  const clock = new MovableClock();
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock });
  });
  afterAll(() => gateway.stop());

  const newSeller = async (country: string | null = "AR"): Promise<string> => {
    const input = { reference: `shop-${randomUUID()}`, name: "Shop", country };
    return (await gateway.mutate("createSeller", input, "seller { id }")).seller.id;
  };
  const newUser = async (siteId = "MLA") => (await gateway.simulator.seller(siteId)).userId;
  const complete = (input: Json, credential?: string) =>
    gateway.mutate("completeSellerConnection", input, `account { ${accountFields} }`, credential);
  const given = ({ searchParams }: URL) => Object.fromEntries(searchParams);
  /** The state and code with which a seller came back. */
  const consented = async (sellerId: string, userId: number, input = {}, credential?: string) => {
    const url = await startConnection(gateway, { sellerId, ...input }, credential);
    return given(await answerConsent(url, { userId }));
  };
  /** An account may have been changed where a test expects that nothing was. */
  const rowsOfAccounts = () =>
    gateway.app.database.read("SELECT * FROM provider_account ORDER BY id");
  const storingNothing = async <T>(act: () => Promise<T>): Promise<T> => {
    const before = await rowsOfAccounts();
    const result = await act();
    expect(await rowsOfAccounts()).toEqual(before);
    return result;
  };
  const refusalOf = async (input: Json, credential?: string): Promise<string> => {
    const { account, userErrors } = await storingNothing(() => complete(input, credential));
    expect(account).toBeNull();
    return userErrors[0].code;
  };

  test("sends the seller to the provider's page with state and challenge, and to one address", async () => {
    const url = new URL(await startConnection(gateway, { sellerId: await newSeller() }));
    expect(`${url.origin}${url.pathname}`).toBe(`${gateway.simulator.url}/authorization`);
    expect(given(url)).toEqual({
      client_id: "1010101010101010",
      response_type: "code",
      platform_id: "mp",
      redirect_uri: `${gateway.url}/oauth/mercadopago/callback`,
      state: expect.stringMatching(/^[A-Za-z0-9]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  test("is done when the seller comes back to the gateway, and shows what payments need", async () => {
    const [sellerId, userId] = [await newSeller(), await newUser()];
    const began = clock.now().getTime();
    const account = await connectByConsent(gateway, sellerId, userId);
    expect(account).toMatchObject({
      provider: "MERCADO_PAGO",
      providerAccountId: String(userId),
      status: "CONNECTED",
      statusReason: null,
      publicKey: expect.stringMatching(/^APP_USR-/),
      scopes: ["offline_access", "read", "write"],
      liveMode: true,
      acceptsPayments: true,
      capabilities: expect.arrayContaining(["CARD_PAYMENTS", "APPLICATION_FEE"]),
    });
    const life = Date.parse(account.credentialsExpireAt) - began;
    expect(Math.round(life / day)).toBe(180);

    const { id: cardToken } = await gateway.simulator.control("POST", "/card-tokens", { userId });
    const { payment } = await gateway.mutate(
      "createPayment",
      {
        idempotencyKey: randomUUID(),
        sellerId,
        amount: "10.00",
        currency: "ARS",
        cardToken,
        methodId: "visa",
        installments: 1,
        payer: { email: "buyer@testuser.com" },
      },
      "payment { status }",
    );
    expect(payment.status).toBe("APPROVED");
  });

  test("shows the seller a plain page, in the seller's language, that repeats nothing", async () => {
    const [sellerId, userId] = [await newSeller(), await newUser()];
    const back = await answerConsent(await startConnection(gateway, { sellerId }), { userId });
    // Whoever only looks does not use it up.
    expect((await fetch(back, { method: "HEAD" })).status).toBe(404);
    const open = async () => {
      const headers = { "accept-language": "fr, pt-BR;q=0.9, en;q=0.8" };
      const response = await fetch(back, { headers });
      return { response, text: await response.text() };
    };
    const first = await open();
    expect(first.response.status).toBe(200);
    const policy = first.response.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    // Its empty icon, without which a browser asks for /favicon.ico.
    expect(first.text).toContain('href="data:,"');
    expect(policy).toContain("img-src data:");
    expect(first.response.headers.get("cache-control")).toBe("no-store");
    expect(first.text).toContain("Conta conectada");
    const again = await storingNothing(open);
    expect(again.response.status).toBe(400);
    expect(again.text).toContain("Link já usado");
    for (const value of back.searchParams.values()) {
      expect(first.text + again.text).not.toContain(value);
    }
  });

  test.each([
    ["without anything", "", "Link not valid"],
    ["with a code alone", "?code=TG-1", "Link not valid"],
    ["with a state alone", "?state=s", "Link not valid"],
    ["with a state of nobody", "?state=nobodys&code=TG-1", "Link not valid"],
    ["with two states", "?state=a&state=b&code=TG-1", "Link not valid"],
    ["with a code and an error", "?state=a&code=TG-1&error=denied", "Link not valid"],
  ])("is refused at the callback %s", async (_title, query, title) => {
    const response = await storingNothing(() =>
      fetch(`${gateway.url}/oauth/mercadopago/callback${query}`),
    );
    expect([response.status, (await response.text()).includes(title)]).toEqual([400, true]);
  });

  test("is refused at another provider's callback", async () => {
    const { state, code } = await consented(await newSeller(), await newUser());
    const url = `${gateway.url}/oauth/elsewhere/callback?state=${state}&code=${code}`;
    expect((await storingNothing(() => fetch(url))).status).toBe(400);
  });

  test("can be completed by the app that began it, once", async () => {
    const [sellerId, userId] = [await newSeller(), await newUser()];
    const answer = await consented(sellerId, userId);
    const { account } = await complete(answer);
    expect(account).toMatchObject({ providerAccountId: String(userId), status: "CONNECTED" });
    expect(await refusalOf(answer)).toBe("CONNECTION_STATE_USED");
  });

  test("of two at the same moment lets one through", async () => {
    const answer = await consented(await newSeller(), await newUser());
    const both = await Promise.all([complete(answer), complete(answer)]);
    expect(both.map(({ userErrors }) => userErrors[0]?.code ?? "done").sort()).toEqual([
      "CONNECTION_STATE_USED",
      "done",
    ]);
  });

  test("is refused with a state of nobody, and with one that somebody else began", async () => {
    const seller = await gateway.connectSeller();
    const answer = await consented(seller.id, await newUser());
    expect(await refusalOf({ ...answer, state: "nobodys" })).toBe("CONNECTION_STATE_INVALID");
    // The marketplace began it: not even the seller ends it.
    expect(await refusalOf(answer, seller.key)).toBe("CONNECTION_STATE_INVALID");
    const stranger = await foundMarketplace(gateway);
    expect(await refusalOf(answer, stranger)).toBe("CONNECTION_STATE_INVALID");
    // And those tries have not used it up.
    expect((await complete(answer)).account.status).toBe("CONNECTED");
  });

  test("is refused half an hour after it began", async () => {
    const answer = await consented(await newSeller(), await newUser());
    clock.advance(30 * minute);
    expect(await refusalOf(answer)).toBe("CONNECTION_STATE_EXPIRED");
  });

  test("is refused with a code that is older than ten minutes, and with one of another request", async () => {
    const late = await consented(await newSeller(), await newUser());
    await gateway.simulator.control("POST", "/clock", { advanceMs: 10 * minute });
    expect(await refusalOf(late)).toBe("CONNECTION_CODE_REFUSED");

    const [one, other] = [
      await consented(await newSeller(), await newUser()),
      await consented(await newSeller(), await newUser()),
    ];
    // The code belongs to the other one's challenge: the verifier of this state does not fit.
    expect(await refusalOf({ state: one.state, code: other.code })).toBe("CONNECTION_CODE_REFUSED");
  });

  test("that the seller declined says so, at the callback and over the API", async () => {
    const [sellerId, userId] = [await newSeller(), await newUser()];
    const decline = async () =>
      answerConsent(await startConnection(gateway, { sellerId }), { userId, answer: "deny" });
    const page = await storingNothing(async () => fetch(await decline()));
    expect([page.status, await page.text()]).toEqual([
      400,
      expect.stringContaining("did not agree"),
    ]);
    const { state, error } = given(await decline());
    expect(await refusalOf({ state, error })).toBe("CONNECTION_DENIED");
    expect(await refusalOf({ state })).toBe("INVALID_INPUT");
  });

  test("is refused for an account of another country", async () => {
    const answer = await consented(await newSeller("BR"), await newUser("MLA"));
    expect(await refusalOf(answer)).toBe("CONNECTION_ACCOUNT_UNSUITABLE");
    expect(
      (await complete(await consented(await newSeller(null), await newUser("MLC")))).account,
    ).toMatchObject({ status: "CONNECTED" });
  });

  test("is refused when the provider's answer is lost, and can be begun again", async () => {
    const [sellerId, userId] = [await newSeller(), await newUser()];
    const fault = { match: { path: "^/oauth/token$" }, effect: "effect-then-drop" };
    await gateway.simulator.control("POST", "/faults", fault);
    expect(await refusalOf(await consented(sellerId, userId))).toBe("PROVIDER_UNAVAILABLE");
    expect(await connectByConsent(gateway, sellerId, userId)).toMatchObject({
      status: "CONNECTED",
    });
  });

  test("again replaces the credentials of the same account", async () => {
    const [sellerId, userId] = [await newSeller(), await newUser()];
    const first = await connectByConsent(gateway, sellerId, userId);
    const sealed = async () =>
      (await rowsOfAccounts()).find(({ id }) => id === first.id)?.credentials_sealed;
    const before = await sealed();
    expect((await connectByConsent(gateway, sellerId, userId)).id).toBe(first.id);
    expect(await sealed()).not.toBe(before);
    expect(await accountsOf(gateway, sellerId)).toHaveLength(1);
  });

  test("to another account disconnects the former one", async () => {
    const [sellerId, first, second] = [await newSeller(), await newUser(), await newUser()];
    await connectByConsent(gateway, sellerId, first);
    await connectByConsent(gateway, sellerId, second);
    const accounts = await accountsOf(gateway, sellerId);
    expect(
      accounts.map(({ providerAccountId, status, acceptsPayments }) => [
        providerAccountId,
        status,
        acceptsPayments,
      ]),
    ).toEqual([
      [String(first), "DISCONNECTED", false],
      [String(second), "CONNECTED", true],
    ]);
    const rows = await rowsOfAccounts();
    expect(rows.find(({ provider_account_id: id }) => id === String(first))).toMatchObject({
      credentials_sealed: null,
    });
  });

  test("to an account of another seller needs a confirmation", async () => {
    const [owner, other, userId] = [await newSeller(), await newSeller(), await newUser()];
    const { id } = await connectByConsent(gateway, owner, userId);
    expect(await refusalOf(await consented(other, userId))).toBe("CONNECTION_ACCOUNT_TAKEN");

    const moved = await consented(other, userId, { moveFromOtherSeller: true });
    expect((await complete(moved)).account).toMatchObject({ id, status: "CONNECTED" });
    expect(await accountsOf(gateway, owner)).toEqual([]);
    expect(await accountsOf(gateway, other)).toHaveLength(1);
  });

  test("to another seller leaves the former one's payments as they were", async () => {
    const owner = await gateway.connectSeller();
    const input = await gateway.cardPayment(owner);
    const paid = await gateway.mutate("createPayment", input, "payment { id }", owner.key);
    const moved = await consented(await newSeller(), owner.shop.seller.userId, {
      moveFromOtherSeller: true,
    });
    expect((await complete(moved)).account.status).toBe("CONNECTED");
    const { payment } = await gateway.data(
      `query ($id: ID!) { payment(id: $id) { refundableUntil availableActions { action available } } }`,
      { id: paid.payment.id },
      owner.key,
    );
    expect(payment.refundableUntil).not.toBeNull();
    expect(payment.availableActions).toContainEqual({ action: "REFUND", available: true });
  });

  test("to an account of another marketplace's seller cannot be confirmed", async () => {
    const key = await foundMarketplace(gateway, 2);
    const seller = await gateway.connectSeller("MLA", key);
    const input = { moveFromOtherSeller: true };
    const answer = await consented(await newSeller(), seller.shop.seller.userId, input);
    expect(await refusalOf(answer)).toBe("CONNECTION_ACCOUNT_TAKEN");
  });

  test("can be begun by the seller itself, for itself and without taking from others", async () => {
    const { id: sellerId, key } = await gateway.connectSeller();
    const answer = await consented(sellerId, await newUser(), {}, key);
    expect((await complete(answer, key)).account.status).toBe("CONNECTED");
    const start = (input: Json) =>
      gateway.mutate("startSellerConnection", input, "authorizationUrl", key);
    const { userErrors } = await start({ sellerId: await newSeller() });
    expect(userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "sellerId"] }]);
    await expect(start({ sellerId, moveFromOtherSeller: true })).rejects.toThrow("FORBIDDEN");
  });

  test("is not how PayU is connected", async () => {
    const input = { sellerId: await newSeller(), provider: "PAYU" };
    const { userErrors } = await gateway.mutate("startSellerConnection", input, "authorizationUrl");
    expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "provider"] }]);
  });
});
