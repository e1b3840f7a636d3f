import { Entity } from "typeorm";
import { IdColumn, TimeColumn } from "./columns";

/** One row, which is there to be written: that alone shows whether the database takes writes. */
@Entity("heartbeat")
export class HeartbeatEntity {
  /** `gateway`, which its migration has put there. */
  @IdColumn() id: string;
  /** When any process last looked. */
  @TimeColumn() beatenAt: Date;
}
