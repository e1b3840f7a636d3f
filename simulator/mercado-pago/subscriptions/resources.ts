import type { World } from "../world";
import type { Resource } from "./model";

/** A plan, a subscription or an invoice that nobody was told of yet. */
export function newResource(world: World, account: number, clientId: string): Resource {
  const now = world.clock.now();
  return {
    account,
    clientId,
    createdAt: now,
    modifiedAt: now,
    version: 0,
    announcedVersion: 0,
  };
}

/** Call for every change that can be seen; what is dropped leaves `last_modified` as it was (measured). */
export function touch(world: World, resource: Resource): void {
  resource.version += 1;
  resource.modifiedAt = Math.max(world.clock.now(), resource.modifiedAt + 1);
  world.changed();
}
