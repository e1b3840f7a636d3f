import express from "express";
import { MercadoPagoConfig, Payment } from "mercadopago";
import { AppConfig } from "mercadopago/dist/utils/config";
import { endOnSignal } from "./end-on-signal";
import { type Asked, type PlainStoreName, plainStores } from "./plain-stores";

/**
 * What one would write without the gateway: Express and the official SDK, with its defaults, and a store. A
 * configuration is made for each call, since the SDK writes the idempotency key into the shared one.
 */
async function main(): Promise<void> {
  // Declared read-only, and writable in truth; there is no other way to point the SDK elsewhere.
  Object.assign(AppConfig, { BASE_URL: process.env.PROVIDER_URL });
  const { ACCESS_TOKEN: accessToken = "", MYSQL_URL: url = "" } = process.env;
  const store = await plainStores[process.env.STORE as PlainStoreName](url);

  const app = express();
  app.use(express.json());
  app.get("/readyz", (_request, response) => void response.json({ ok: true }));
  app.post("/payments", async (request, response) => {
    const asked = request.body as Asked;
    await store.before(asked);
    const config = new MercadoPagoConfig({ accessToken });
    const payment = await new Payment(config).create({
      body: {
        transaction_amount: asked.amount,
        token: asked.token,
        installments: 1,
        payment_method_id: "visa",
        payer: { email: asked.email },
      },
      requestOptions: { idempotencyKey: asked.key },
    });
    const paid = { id: String(payment.id), status: payment.status ?? "" };
    await store.after(asked, paid);
    response.status(201).json({ ...paid, amount: asked.amount });
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
  endOnSignal();
}

void main();
