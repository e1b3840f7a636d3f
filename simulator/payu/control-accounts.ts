import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ControlMistake, defined, read, readQuery } from "../core/control";
import { chargeBack, correct, grant } from "./accounts";
import type { Pos, Seller } from "./model";
import { totalsOf } from "./totals";
import type { World } from "./world";

/** New POS and sellers, so that tests do not meet each other, and where their money is. */
export function registerAccountControl(app: FastifyInstance, world: World): void {
  app.get("/_control/pos", (_request, reply) => reply.send({ pos: [...world.poses.values()] }));

  app.post("/_control/pos", (request, reply) => {
    const pos = newPos(world, read(posSchema, request));
    if (world.poses.has(pos.posId)) throw new ControlMistake("There is a POS with this posId");
    world.poses.set(pos.posId, pos);
    world.changed();
    return reply.code(201).send(pos);
  });

  app.post<{ Params: { posId: string } }>("/_control/pos/:posId", (request, reply) => {
    const pos = findPos(world, request.params.posId);
    Object.assign(pos, defined(read(changeablePosSchema, request)));
    world.changed();
    return reply.send(pos);
  });

  app.get("/_control/sellers", (request, reply) => {
    const { pos } = readQuery(z.object({ pos: z.string() }), request);
    return reply.send({ sellers: world.sellersOf(findPos(world, pos).marketplaceId) });
  });

  app.post("/_control/sellers", (request, reply) => {
    const body = read(sellerSchema, request);
    const pos = findPos(world, body.pos);
    const seller = newSeller(pos, body);
    if (world.seller(pos.marketplaceId, seller.extCustomerId)) {
      throw new ControlMistake("There is a seller with this extCustomerId");
    }
    world.addSeller(seller);
    if (body.grantMinor) grant(world, pos, seller, body.grantMinor);
    return reply.code(201).send(seller);
  });

  app.post<{ Params: { id: string } }>("/_control/sellers/:id", (request, reply) => {
    const body = read(changedSellerSchema, request);
    const pos = findPos(world, body.pos);
    const seller = world.seller(pos.marketplaceId, request.params.id);
    if (!seller) throw new ControlMistake("No such seller");
    const { name, verified, active, locked } = body;
    Object.assign(seller, defined({ name, verified, active, locked }));
    if (body.grantMinor) grant(world, pos, seller, body.grantMinor);
    if (body.chargebackMinor) chargeBack(world, pos, seller, body.chargebackMinor);
    if (body.correctionMinor) correct(world, pos, seller, body.correctionMinor);
    world.changed();
    return reply.send(seller);
  });

  app.get("/_control/balances", (request, reply) => {
    const { pos } = readQuery(z.object({ pos: z.string() }), request);
    return reply.send(totalsOf(world, findPos(world, pos)));
  });
}

function findPos(world: World, posId: string): Pos {
  const pos = world.poses.get(posId);
  if (!pos) throw new ControlMistake("No such POS");
  return pos;
}

function newPos(world: World, body: z.infer<typeof posSchema>): Pos {
  const posId = body.posId ?? String(world.newId());
  return {
    clientSecret: randomUUID(),
    secondKey: randomUUID(),
    shopId: `shop${posId}`,
    name: `Shop ${posId}`,
    currency: "PLN",
    autoReceive: true,
    marketplaceId: `marketplace-${posId}`,
    feeAccount: `MARKETPLACE_${posId}_FEE`,
    payoutUrl: null,
    ...defined(body),
    posId,
  };
}

function newSeller(pos: Pos, body: z.infer<typeof sellerSchema>): Seller {
  const extCustomerId = body.extCustomerId ?? `seller-${randomUUID()}`;
  const { name = `Seller ${extCustomerId}`, verified = true, active = true, locked = false } = body;
  return { marketplaceId: pos.marketplaceId, extCustomerId, name, verified, active, locked };
}

const changeablePosSchema = z
  .object({
    clientSecret: z.string(),
    secondKey: z.string(),
    name: z.string(),
    autoReceive: z.boolean(),
    feeAccount: z.string(),
    payoutUrl: z.string().nullable(),
    cardInstallments: z.array(z.number().int().positive()).nullable(),
  })
  .partial();

const posSchema = changeablePosSchema.extend({
  posId: z.coerce.string().optional(),
  shopId: z.string().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** Another POS's, to share its sellers. */
  marketplaceId: z.string().optional(),
});

const sellerSchema = z.object({
  pos: z.coerce.string(),
  extCustomerId: z.string().optional(),
  name: z.string().optional(),
  verified: z.boolean().optional(),
  active: z.boolean().optional(),
  locked: z.boolean().optional(),
  grantMinor: z.number().int().nonnegative().optional(),
});

const changedSellerSchema = sellerSchema.extend({
  chargebackMinor: z.number().int().nonnegative().optional(),
  correctionMinor: z.number().int().optional(),
});
