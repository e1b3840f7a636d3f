import "reflect-metadata";
import { randomUUID } from "node:crypto";
import { type Client, createClient } from "graphql-ws";
import pino, { type Logger } from "pino";
import WebSocket from "ws";
import { type App, createApp } from "../../src/app/app";
import { readConfig } from "../../src/config";
import { demoCredentials } from "../../src/demo";
import type { Clock } from "../../src/domain/clock";
import type { SellerId } from "../../src/domain/ids";
import type { Currency } from "../../src/domain/money";
import { ProviderAccountEntity } from "../../src/entities/provider-account.entity";
import { createIdFactory } from "../../src/security/ids";
import type { WebSocketSettings } from "../../src/server/dependencies";
import { type DatabaseKind, databaseKinds, type TestDatabase } from "./databases";
import { freePort } from "./free-port";
import { bootSimulator, type Json, openShop, type Shop, type TestSimulator } from "./simulator";

/** A clock that stands where it is put, ahead of real time. */
export class MovableClock implements Clock {
  offsetMs = 0;
  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }
  advance(ms: number): void {
    this.offsetMs += ms;
  }
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly data: Json;
  readonly errors: Json[] | undefined;
}

/** A seller in the gateway that is connected to an account in the simulator. */
export interface ConnectedSeller {
  readonly id: SellerId;
  /** A key of the seller's own. */
  readonly key: string;
  readonly shop: Shop;
  cardToken(holder?: string): Promise<string>;
}

export interface GatewayOptions {
  readonly database?: DatabaseKind;
  /** Settings beyond the test's own; see .env.example. */
  readonly env?: Record<string, string>;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Whether the simulator notifies the gateway; off unless asked for. */
  readonly notifications?: Record<string, unknown>;
  /** Settings of the WebSocket edge that no variable sets. */
  readonly webSocket?: Partial<WebSocketSettings>;
  /** A file with the simulator's state, which is read at the start and written at the end. */
  readonly simulatorData?: string;
  /** Fills the database before the gateway opens it. */
  readonly fill?: (place: TestDatabase) => Promise<void>;
}

/** The whole gateway on a free port, over a database of its own, in front of a simulator of its own. */
export class TestGateway {
  app: App;
  url: string;
  readonly clients: Client[] = [];

  private constructor(
    readonly simulator: TestSimulator,
    readonly place: TestDatabase,
    private readonly port: number,
    private readonly options: GatewayOptions,
  ) {}

  static async start(options: GatewayOptions = {}): Promise<TestGateway> {
    const kind = options.database ?? databaseKinds()[0];
    if (kind === undefined) throw new Error("no database");
    const simulator = await bootSimulator({
      ...(options.notifications === undefined ? {} : { notifications: options.notifications }),
      ...(options.simulatorData === undefined ? {} : { dataFile: options.simulatorData }),
    });
    const place = await kind.create();
    await options.fill?.(place);
    const gateway = new TestGateway(simulator, place, await freePort(), options);
    await gateway.startApp();
    return gateway;
  }

  /** Starts the app again after `app.stop()`, on the same database and port. */
  async startApp(): Promise<void> {
    const config = readConfig({
      NODE_ENV: "test",
      DEMO: "true",
      PORT: String(this.port),
      DATABASE_URL: this.place.url,
      MERCADO_PAGO_API_URL: this.simulator.url,
      PAYU_API_URL: this.simulator.payu.url,
      WS_CLOSE_SPREAD_MS: "0",
      LOG_LEVEL: "silent",
      ...this.options.env,
    });
    const webSocket = { ...config.server.webSocket, ...this.options.webSocket };
    const settings = { ...config, server: { ...config.server, webSocket } };
    this.app = await createApp(settings, {
      logger: this.options.logger ?? pino({ level: "silent" }),
      ...(this.options.clock === undefined ? {} : { clock: this.options.clock }),
    });
    this.url = (await this.app.start()).url;
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.dispose()));
    await this.app.stop();
    await this.simulator.close();
    await this.place.drop();
  }

  /** Sends a document as the demo marketplace, or with the given credential (null: none). */
  async query(
    document: string,
    variables: Record<string, unknown> = {},
    credential: string | null = demoCredentials.marketplace,
  ): Promise<GraphqlAnswer> {
    const response = await this.post({ query: document, variables }, credential);
    const body = (await response.json()) as Json;
    return { status: response.status, data: body.data, errors: body.errors };
  }

  /** Posts a body as it is; text is not made JSON again. */
  post(
    body: unknown,
    credential: string | null = demoCredentials.marketplace,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Like `query`, for documents that must succeed as a whole. */
  async data(
    document: string,
    variables: Record<string, unknown> = {},
    credential?: string | null,
  ): Promise<Json> {
    const answer = await this.query(document, variables, credential);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  /** Runs a mutation with one input and answers its payload. */
  async mutate(
    name: string,
    input: Record<string, unknown>,
    selection: string,
    credential?: string | null,
  ): Promise<Json> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code message path retryable provider providerCode } } }`;
    return (await this.data(document, { input }, credential))[name];
  }

  /** A real graphql-ws client; `retryAttempts` 0 so that a test sees every close. */
  client(credential: string | null = demoCredentials.marketplace, retryAttempts = 0): Client {
    const client = createClient({
      url: `${this.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts,
      connectionParams: credential === null ? {} : { authorization: `Bearer ${credential}` },
    });
    this.clients.push(client);
    return client;
  }

  /** Connects a new seller, of the demo marketplace unless told otherwise, to a new account in the simulator. */
  async connectSeller(
    siteId = "MLA",
    marketplaceKey: string = demoCredentials.marketplace,
  ): Promise<ConnectedSeller> {
    const shop = await openShop(this.simulator, siteId);
    const { accounts, access, sellers } = this.app.services;
    const { database } = this.app;
    const ids = createIdFactory({ now: () => new Date(), offsetMs: 0 });
    const marketplace = await access.authenticate(marketplaceKey);
    const { marketplaceId } = marketplace;
    const seller = await sellers.create(marketplace, {
      reference: `shop${shop.seller.userId}`,
      name: "Shop of a test",
    });
    const accountId = ids.next("ProviderAccount");
    const now = new Date();
    await database.write((unit) =>
      unit.change(
        database.table(ProviderAccountEntity).insert({
          id: accountId,
          marketplaceId,
          sellerId: seller.id,
          provider: "MERCADO_PAGO",
          shop: "",
          providerAccountId: String(shop.seller.userId),
          status: "CONNECTED",
          statusReason: null,
          publicKey: shop.seller.publicKey,
          scopes: ["offline_access", "read", "write"],
          liveMode: false,
          country: siteId,
          currency: shop.seller.currency as Currency,
          credentialsExpireAt: null,
          credentialsRefreshedAt: now,
          credentialsSealed: accounts.seal(accountId, {
            accessToken: shop.seller.accessToken,
            refreshToken: shop.seller.refreshToken,
          }),
          version: 1,
          createdAt: now,
          updatedAt: now,
        }),
      ),
    );
    const { credential } = await access.issueKey(marketplaceId, {
      role: "SELLER",
      sellerId: seller.id,
    });
    return {
      id: seller.id,
      key: credential,
      shop,
      cardToken: (holder = "APRO") => this.simulator.cardToken(shop.seller, holder),
    };
  }

  /** The input of a card payment that is approved as it stands; each is for another buyer. */
  async cardPayment(
    seller: ConnectedSeller,
    extra: Record<string, unknown> = {},
    holder = "APRO",
  ): Promise<Record<string, unknown>> {
    return {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "100.50",
      currency: seller.shop.seller.currency,
      cardToken: await seller.cardToken(holder),
      methodId: "visa",
      installments: 1,
      payer: { email: `buyer-${randomUUID().slice(0, 8)}@testuser.com` },
      ...extra,
    };
  }
}
