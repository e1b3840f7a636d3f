import { PaymentEntity } from "../../src/entities/payment.entity";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import {
  actionFields,
  answerPage,
  nextAction,
  paymentBy,
  readAction,
} from "../support/next-actions";
import { makeOrder, paymentAtPayu, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";
import { watch } from "../support/watch";

const minute = 60_000;
const day = 24 * 60 * minute;
const png = /^iVBORw0KGgo[A-Za-z0-9+/]+={0,2}$/;

describeEachDatabase("what the payer does next", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let brazil: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock });
    brazil = await gateway.connectSeller("MLB");
  });
  afterAll(() => gateway.stop());

  const create = async (input: Record<string, unknown>): Promise<Json> => {
    const selection = `payment { ${actionFields} }`;
    const { payment, userErrors } = await gateway.mutate("createPayment", input, selection);
    expect(userErrors).toEqual([]);
    return payment;
  };
  const lookedUp = async (id: string): Promise<Json> => {
    const row = await gateway.app.services.payments.read(id as PaymentEntity["id"]);
    await gateway.app.services.payments.lookUp(row);
    return readAction(gateway, id);
  };
  const passTime = async (ms: number): Promise<void> => {
    await gateway.simulator.control("POST", "/clock", { advanceMs: ms });
    clock.advance(ms);
  };
  const pix = { methodId: "pix" };

  test("a Pix code is shown until it is paid", async () => {
    const made = await create(paymentBy(brazil, pix));
    expect(made).toMatchObject({
      status: "PENDING",
      nextAction: { __typename: "ShowQrCode", expiresAt: made.expiresAt },
      redirectUrl: made.nextAction.pageUrl,
    });
    // What apps read: its fields, the amount, a checksum.
    expect(made.nextAction.text).toMatch(
      /^000201.*br\.gov\.bcb\.pix.*540815000\.00.*6304[\dA-F]{4}$/,
    );
    expect(made.nextAction.imageBase64).toMatch(png);
    expect(await readAction(gateway, made.id)).toEqual(made);

    await answerPage(made.nextAction.pageUrl);
    const paid = await lookedUp(made.id);
    expect(paid).toMatchObject({ status: "APPROVED", nextAction: null, redirectUrl: null });
    const row = await gateway.app.services.payments.read(made.id);
    expect(row).toMatchObject({ nextAction: null, redirectUrl: null, creqSealed: null });
  });

  test("who watches sees it, and another seller does not", async () => {
    const made = await create(paymentBy(brazil, pix));
    const other = await gateway.connectSeller("MLB");
    const { credential } = await gateway.mutate(
      "createWatchToken",
      { paymentId: made.id },
      "credential",
    );
    expect(await readAction(gateway, made.id, credential)).toMatchObject({
      ...{ id: made.id, nextAction: made.nextAction },
    });
    expect(await readAction(gateway, made.id, other.key)).toBeNull();
    expect(await readAction(gateway, made.id, brazil.key)).toEqual(made);

    const updates = `subscription ($id: ID!) { paymentUpdated(id: $id) { status payment { status redirectUrl ${nextAction} } } }`;
    const watched = watch(gateway, updates, { id: made.id }, credential);
    expect(await watched.next()).toMatchObject({
      status: "PENDING",
      payment: { nextAction: made.nextAction },
    });
    await answerPage(made.nextAction.pageUrl);
    await lookedUp(made.id);
    expect(await watched.next()).toMatchObject({
      status: "APPROVED",
      payment: { nextAction: null, redirectUrl: null },
    });
    watched.end();
  });

  test("lists show it as well", async () => {
    const made = await create(paymentBy(brazil, { ...pix, externalReference: "list-1" }));
    const list = await gateway.data(
      `{ payments(filter: { externalReference: "list-1" }) { edges { node { ${nextAction} } } } }`,
    );
    expect(list.payments.edges).toEqual([{ node: { nextAction: made.nextAction } }]);
  });

  test("a code whose time is over is not shown, and is asked about then", async () => {
    const made = await create(paymentBy(brazil, pix));
    const row = await gateway.app.services.payments.read(made.id);
    // Looked at for so long that the next look would be in a day.
    await gateway.app.database.write((unit) =>
      unit.change(
        gateway.app.database.table(PaymentEntity).update({ attempts: 9 }, { id: row.id }, 1),
      ),
    );
    await lookedUp(made.id);
    const { dueAt, expiresAt } = await gateway.app.services.payments.read(made.id);
    expect(dueAt?.getTime()).toBe((expiresAt?.getTime() ?? 0) + 2_000);

    clock.advance(day);
    expect(await readAction(gateway, made.id)).toMatchObject({
      nextAction: null,
      redirectUrl: null,
    });
    await gateway.simulator.control("POST", "/clock", { advanceMs: day + minute });
    clock.advance(minute);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await readAction(gateway, made.id)).status === "EXPIRED";
    });
    expect(await readAction(gateway, made.id)).toMatchObject({ nextAction: null });
  });

  test("a lost answer is looked up, with what is to be shown", async () => {
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$", account: brazil.shop.seller.userId },
      effect: "effect-then-drop",
    });
    const lost = await create(paymentBy(brazil, pix));
    expect(lost).toMatchObject({ status: "UNKNOWN", nextAction: null, redirectUrl: null });
    await passTime(20_000);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await readAction(gateway, lost.id)).status === "PENDING";
    });
    const found = await readAction(gateway, lost.id);
    expect(found.nextAction).toMatchObject({ __typename: "ShowQrCode" });
    const there = await brazil.shop.payment(Number(found.providerPaymentId));
    expect(found.nextAction.text).toBe(there.point_of_interaction.transaction_data.qr_code);
  });

  test.each([
    ["MLA", "rapipago"],
    ["MLM", "oxxo"],
    ["MCO", "efecty"],
  ])("in %s a voucher of %s is shown, and paid", async (site, methodId) => {
    const seller = await gateway.connectSeller(site);
    const made = await create(paymentBy(seller, { methodId }));
    expect(made).toMatchObject({
      status: "PENDING",
      redirectUrl: made.nextAction.pageUrl,
      nextAction: {
        __typename: "ShowVoucher",
        barcode: expect.stringMatching(/^\d{30,}$/),
        digitableLine: null,
        reference: expect.stringMatching(/^\d{10}$/),
        verificationCode: expect.stringMatching(/^\d{10}$/),
        expiresAt: made.expiresAt,
      },
    });
    const page = await (await fetch(made.nextAction.pageUrl)).text();
    expect(page).toContain(made.nextAction.barcode);
    await answerPage(made.nextAction.pageUrl);
    expect(await lookedUp(made.id)).toMatchObject({ status: "APPROVED", nextAction: null });
  });

  test("at PayU it is a page, which a lost answer does not bring back", async () => {
    const made = await create(paymentAtPayu());
    expect(made.nextAction).toEqual({
      __typename: "GoToPage",
      url: made.redirectUrl,
      mayBeFramed: false,
      expiresAt: null,
    });
    const order = await makeOrder(
      gateway,
      threeCarts(),
      `id redirectUrl ${nextAction} payments { ${nextAction} }`,
    );
    expect(order.nextAction).toMatchObject({ __typename: "GoToPage", url: order.redirectUrl });
    expect(order.payments.map((payment: Json) => payment.nextAction)).toEqual(
      Array(3).fill(order.nextAction),
    );
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/orders$" },
      effect: "effect-then-drop",
    });
    const lost = await create(paymentAtPayu());
    await passTime(20_000);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await readAction(gateway, lost.id)).status === "PENDING";
    });
    expect(await readAction(gateway, lost.id)).toMatchObject({
      nextAction: null,
      redirectUrl: null,
    });
  });

  test("a page that an earlier release has kept is still shown", async () => {
    const made = await create(paymentBy(brazil, pix));
    const table = gateway.app.database.table(PaymentEntity);
    await gateway.app.database.write((unit) =>
      unit.change(table.update({ nextAction: null }, { id: made.id }, 1)),
    );
    expect((await readAction(gateway, made.id)).nextAction).toEqual({
      __typename: "GoToPage",
      url: made.redirectUrl,
      mayBeFramed: false,
      expiresAt: null,
    });
  });
});
