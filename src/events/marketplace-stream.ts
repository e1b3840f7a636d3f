import type { Database } from "../database/database";
import { EventFeed } from "./event-feed";
import { EventNumberer } from "./event-numberer";
import { MarketplaceLog } from "./marketplace-log";
import type { WakeUps } from "./wake-ups";

/** What the streams of marketplaces are numbered, read and followed with. */
export function openMarketplaceStreams(
  database: Database,
  wakeUps: WakeUps,
  onFault: (fault: unknown, what: string) => void,
) {
  const marketplaceLog = new MarketplaceLog(database, wakeUps);
  const marketplaceFeed = new EventFeed(marketplaceLog, wakeUps, (fault) =>
    onFault(fault, "the event feed could not read; it will try again"),
  );
  const numberer = new EventNumberer({
    ...{ log: marketplaceLog, wakeUps },
    watchedIds: () => marketplaceFeed.watchedIds,
    onFault: (fault) => onFault(fault, "events could not be numbered; it will be tried again"),
  });
  return { marketplaceLog, marketplaceFeed, numberer };
}
