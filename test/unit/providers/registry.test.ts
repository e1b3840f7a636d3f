import { createMercadoPago } from "../../../src/providers/mercado-pago";
import { createRegistry } from "../../../src/providers/registry";

const adapter = () => createMercadoPago({ baseUrl: "http://127.0.0.1:1" });

test("finds an adapter by its provider's name", async () => {
  const mercadoPago = adapter();
  const registry = createRegistry([mercadoPago]);
  expect(registry.get("MERCADO_PAGO")).toBe(mercadoPago);
  expect(registry.get("PAYU")).toBeUndefined();
  expect(registry.all()).toEqual([mercadoPago]);
  await registry.close();
});

test("does not let one adapter hide another", async () => {
  const twice = [adapter(), adapter()];
  expect(() => createRegistry(twice)).toThrow(TypeError);
  await Promise.all(twice.map((one) => one.close()));
});

test("Mercado Pago has a group for each capability", async () => {
  const mercadoPago = adapter();
  expect(mercadoPago.capabilities).toEqual([
    "CARD_PAYMENTS",
    "OTHER_PAYMENT_METHODS",
    "SEPARATE_CAPTURE",
    "REFUNDS",
    "APPLICATION_FEE",
    "IN_PERSON",
    "SUBSCRIPTIONS",
  ]);
  expect(mercadoPago.payments).toBeDefined();
  expect(mercadoPago.refunds).toBeDefined();
  expect([...mercadoPago.currencies]).toEqual([
    ["ARS", 2],
    ["BRL", 2],
    ["CLP", 0],
    ["COP", 0],
    ["MXN", 2],
    ["PEN", 2],
    ["UYU", 2],
  ]);
  await mercadoPago.close();
});
