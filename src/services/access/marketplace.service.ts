import type { Database } from "../../database/database";
import type { Table } from "../../database/table";
import type { Clock } from "../../domain/clock";
import type { IdFactory, MarketplaceId } from "../../domain/ids";
import { ApiKeyEntity } from "../../entities/api-key.entity";
import { MarketplaceEntity } from "../../entities/marketplace.entity";

/** The tenants. For operators only: no caller of the API sees another marketplace than its own. */
export class MarketplaceService {
  readonly #marketplaces: Table<MarketplaceEntity>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: IdFactory,
  ) {
    this.#marketplaces = database.table(MarketplaceEntity);
  }

  async create(name: string): Promise<MarketplaceEntity> {
    const made = { id: this.ids.next("Marketplace"), name, createdAt: this.clock.now() };
    await this.database.write((unit) => unit.change(this.#marketplaces.insert(made)));
    return made;
  }

  /** Oldest first. */
  async all(): Promise<MarketplaceEntity[]> {
    const rows = await this.database.read("SELECT * FROM marketplace ORDER BY id");
    return rows.map((row) => this.#marketplaces.fromRow(row));
  }

  find(id: MarketplaceId): Promise<MarketplaceEntity | undefined> {
    return this.#marketplaces.findById(this.database, id);
  }

  /** Keys of the marketplace itself that were not revoked. */
  async liveKeys(id: MarketplaceId): Promise<ApiKeyEntity[]> {
    const rows = await this.database.read(
      "SELECT * FROM api_key WHERE marketplace_id = ? AND role = 'MARKETPLACE' AND revoked_at IS NULL ORDER BY id",
      [id],
    );
    const keys = this.database.table(ApiKeyEntity);
    return rows.map((row) => keys.fromRow(row));
  }
}
