import { Entity, Index } from "typeorm";
import type { ConnectionAttemptId, MarketplaceId, SellerId } from "../domain/ids";
import type { Provider } from "../domain/provider";
import {
  FlagColumn,
  IdColumn,
  LongTextColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** A seller that was sent to a provider to agree, and has to come back with the same state. */
@Entity("connection_attempt")
@Index("connection_attempt_state", ["stateHash"], { unique: true })
export class ConnectionAttemptEntity {
  @IdColumn() id: ConnectionAttemptId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @WordColumn() provider: Provider;
  /** The business that began it, and alone may end it over the API. */
  @RefColumn() caller: string;
  /** SHA-256, hex. The state itself is in the seller's hands only. */
  @TextColumn(64) stateHash: string;
  /** The PKCE verifier, sealed; removed once it was used. */
  @LongTextColumn({ nullable: true }) verifierSealed: string | null;
  /** An account that belongs to another seller may be taken from it. */
  @FlagColumn() moveFromOtherSeller: boolean;
  @TimeColumn() createdAt: Date;
  @TimeColumn() expiresAt: Date;
  @TimeColumn({ nullable: true }) usedAt: Date | null;
}
