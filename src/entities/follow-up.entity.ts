import { Entity } from "typeorm";
import { IdColumn, IntColumn, RefColumn, TimeColumn } from "./columns";

/**
 * One round of looks at what has ended: at everything of one kind that is so many days old. The table has a row for each
 * round, whose worker goes through the kind's own table in the order of the ids, which is the order of creation.
 */
@Entity("follow_up")
export class FollowUpEntity {
  /** The round's name; see `FollowUpService`. */
  @IdColumn() id: string;
  /** The last id that was looked at, or where the round began. */
  @RefColumn() position: string;
  /** When the next thing is old enough. */
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  /** Looks at the same place that the provider has not answered. */
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
}
