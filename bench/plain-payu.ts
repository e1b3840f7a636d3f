import express from "express";
import { createPool } from "mysql2/promise";
import { Pool } from "undici";
import { endOnSignal } from "./end-on-signal";

/**
 * What one would write in an afternoon: Express and one request to PayU with a token that is kept. It checks no
 * sums and stores nothing, or with MYSQL_URL one row for each order.
 */
async function main(): Promise<void> {
  const { PROVIDER_URL = "", POS_ID = "", CLIENT_SECRET = "", MYSQL_URL } = process.env;
  const provider = new Pool(PROVIDER_URL, { connections: 64 });
  const token = await authorize(provider, POS_ID, CLIENT_SECRET);
  const database =
    MYSQL_URL === undefined ? undefined : createPool({ uri: MYSQL_URL, connectionLimit: 16 });
  await database?.query(
    "CREATE TABLE IF NOT EXISTS plain_order (id BIGINT AUTO_INCREMENT PRIMARY KEY, provider_id VARCHAR(64), total BIGINT, email VARCHAR(254), created_at DATETIME DEFAULT CURRENT_TIMESTAMP)",
  );

  const app = express();
  app.use(express.json({ limit: "1mb" }));
  app.get("/readyz", (_request, response) => void response.json({ ok: true }));
  app.post("/orders", async (request, response) => {
    const { reference, total, email, carts } = request.body;
    const answer = await provider.request({
      method: "POST",
      path: "/api/v2_1/orders",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        merchantPosId: POS_ID,
        customerIp: "127.0.0.1",
        description: "Order",
        currencyCode: "PLN",
        totalAmount: `${total}`,
        extOrderId: reference,
        buyer: { extCustomerId: "buyer-1", email },
        shoppingCarts: carts,
      }),
    });
    const { orderId, redirectUri } = (await answer.body.json()) as Record<string, string>;
    await database?.query("INSERT INTO plain_order (provider_id, total, email) VALUES (?, ?, ?)", [
      orderId,
      total,
      email,
    ]);
    response.status(201).json({ id: orderId, redirectUrl: redirectUri });
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
  endOnSignal();
}

async function authorize(provider: Pool, posId: string, clientSecret: string): Promise<string> {
  const answer = await provider.request({
    method: "POST",
    path: "/pl/standard/user/oauth/authorize",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: posId,
      client_secret: clientSecret,
    }).toString(),
  });
  const { access_token } = (await answer.body.json()) as { access_token: string };
  return access_token;
}

void main();
