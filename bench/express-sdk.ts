import express from "express";
import { MercadoPagoConfig, Payment } from "mercadopago";
import { AppConfig } from "mercadopago/dist/utils/config";
import { createPool } from "mysql2/promise";
import { endOnSignal } from "./end-on-signal";

/**
 * What one would write in an afternoon: Express and the official SDK, with its defaults. It stores nothing,
 * or with MYSQL_URL one row for each payment. A configuration is made for each call, since the SDK writes the
 * idempotency key into the shared one.
 */
async function main(): Promise<void> {
  // Declared read-only, and writable in truth; there is no other way to point the SDK elsewhere.
  Object.assign(AppConfig, { BASE_URL: process.env.PROVIDER_URL });
  const accessToken = process.env.ACCESS_TOKEN ?? "";
  const pool =
    process.env.MYSQL_URL === undefined
      ? undefined
      : createPool({ uri: process.env.MYSQL_URL, connectionLimit: 16 });
  await pool?.query(
    "CREATE TABLE IF NOT EXISTS plain_payment (id BIGINT AUTO_INCREMENT PRIMARY KEY, provider_id VARCHAR(32), status VARCHAR(32), amount DECIMAL(15,2), email VARCHAR(254), created_at DATETIME DEFAULT CURRENT_TIMESTAMP)",
  );

  const app = express();
  app.use(express.json());
  app.get("/readyz", (_request, response) => void response.json({ ok: true }));
  app.post("/payments", async (request, response) => {
    const { amount, token, email, key } = request.body;
    const config = new MercadoPagoConfig({ accessToken });
    const payment = await new Payment(config).create({
      body: {
        transaction_amount: amount,
        token,
        installments: 1,
        payment_method_id: "visa",
        payer: { email },
      },
      requestOptions: { idempotencyKey: key },
    });
    await pool?.query(
      "INSERT INTO plain_payment (provider_id, status, amount, email) VALUES (?, ?, ?, ?)",
      [String(payment.id), payment.status, amount, email],
    );
    response.status(201).json({ id: payment.id, status: payment.status, amount });
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
  endOnSignal();
}

void main();
