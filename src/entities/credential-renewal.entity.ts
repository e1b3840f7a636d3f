import { Entity, Index } from "typeorm";
import type { ProviderAccountId } from "../domain/ids";
import { IdColumn, IntColumn, RefColumn, TimeColumn } from "./columns";

/**
 * When an account's credentials are next to be looked after, and who does it: a refresh token works once, so
 * only the holder of the lease may use it. A lease whose time has come was left by a process that died.
 */
@Entity("credential_renewal")
@Index("credential_renewal_due", ["dueAt"])
export class CredentialRenewalEntity {
  /** The account's. */
  @IdColumn() id: ProviderAccountId;
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
}
