import { createServer, type Socket } from "node:net";
import { endOnSignal } from "./end-on-signal";
import { headerIn, type Message, readMessages } from "./raw-http";

/**
 * Mercado Pago as it looks to one payment with a card: approves whatever it is asked, in an answer of the
 * shape and size of its own, and keeps nothing. The simulator keeps books, and would take a good part
 * of the machine that the comparison is about.
 */
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  readMessages(socket, (message) => answer(socket, message));
});

let lastId = 1_000_000_000;

function answer(socket: Socket, { head, body }: Message): void {
  const isPayment = head.startsWith("POST /v1/payments ");
  const text = isPayment ? payment(head, JSON.parse(body.toString())) : "{}";
  const closes = headerIn(head, "connection") === "close";
  socket.write(
    `HTTP/1.1 ${isPayment ? "201 Created" : "200 OK"}\r\ncontent-type: application/json;charset=UTF-8\r\n` +
      `${closes ? "connection: close\r\n" : ""}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  if (closes) socket.end();
}

interface Asked {
  readonly transaction_amount: number;
  readonly external_reference?: string;
  readonly payer: { readonly email: string };
}

/** The access tokens here end with the account that they are of. */
function payment(head: string, asked: Asked): string {
  const account = headerIn(head, "authorization")?.split("-").at(-1) ?? "0";
  const now = new Date().toISOString();
  const id = ++lastId;
  return (
    `{"id":${id},"collector_id":${account},"date_created":"${now}","date_approved":"${now}",` +
    `"date_last_updated":"${now}","transaction_amount":${asked.transaction_amount},` +
    `"external_reference":${JSON.stringify(asked.external_reference ?? null)},` +
    `"payer":{"type":null,"email":${JSON.stringify(asked.payer.email)},"first_name":null},${always}}`
  );
}

/** What is the same in every answer. */
const always = JSON.stringify({
  date_of_expiration: null,
  money_release_date: "2026-12-01T00:00:00.000-04:00",
  operation_type: "regular_payment",
  issuer_id: "310",
  payment_method_id: "visa",
  payment_type_id: "credit_card",
  payment_method: { id: "visa", type: "credit_card", issuer_id: "310" },
  status: "approved",
  status_detail: "accredited",
  currency_id: "ARS",
  description: null,
  live_mode: true,
  sponsor_id: null,
  authorization_code: "301299",
  taxes_amount: 0,
  shipping_amount: 0,
  metadata: {},
  additional_info: { items: [] },
  order: {},
  transaction_amount_refunded: 0,
  coupon_amount: 0,
  differential_pricing_id: null,
  installments: 1,
  transaction_details: {
    payment_method_reference_id: null,
    net_received_amount: 76.71,
    total_paid_amount: 80,
    overpaid_amount: 0,
    external_resource_url: null,
    installment_amount: 80,
    financial_institution: null,
    payable_deferral_period: null,
    acquirer_reference: null,
  },
  fee_details: [{ type: "mercadopago_fee", amount: 3.29, fee_payer: "collector" }],
  charges_details: [],
  captured: true,
  binary_mode: false,
  statement_descriptor: null,
  callback_url: null,
  notification_url: null,
  refunds: [],
  processing_mode: "aggregator",
  card: {
    first_six_digits: "450995",
    last_four_digits: "3704",
    expiration_month: 11,
    expiration_year: 2030,
    cardholder: { name: "APRO", identification: { type: "DNI", number: "12345678" } },
  },
}).slice(1, -1);

server.listen(Number(process.env.PORT), "127.0.0.1");
endOnSignal();
