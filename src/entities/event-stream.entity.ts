import { Entity } from "typeorm";
import type { StreamId } from "../domain/ids";
import { IdColumn, MinorColumn } from "./columns";

/**
 * The counter of a seller's or an order's events. Its row is updated in every transaction that writes one, and stays
 * locked until the commit: numbers have no gaps and appear in order, as auto-increment ids do not.
 */
@Entity("event_stream")
export class EventStreamEntity {
  @IdColumn() streamId: StreamId;
  @MinorColumn() lastSeq: bigint;
}
