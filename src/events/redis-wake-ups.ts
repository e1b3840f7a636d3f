import { Redis } from "ioredis";
import { createLocalWakeUps, type WakeUps } from "./wake-ups";

const channel = "payments-gateway:wake-ups";

/**
 * Wakes the readers of every process. This process is woken directly, the others over Redis, in batches of
 * one turn of the event loop. A lost connection is not an error: readers poll.
 */
export function createRedisWakeUps(url: string, processId: string): WakeUps {
  const local = createLocalWakeUps();
  const options = {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    lazyConnect: false,
  } as const;
  const publisher = new Redis(url, options);
  const subscriber = new Redis(url, {
    ...options,
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
  });
  // ioredis reconnects by itself; without a listener each failed try would end the process.
  publisher.on("error", () => {});
  subscriber.on("error", () => {});
  void subscriber.subscribe(channel).catch(() => {});
  subscriber.on("message", (_channel, message) => {
    const [sender, ...streamIds] = message.split(" ");
    if (sender !== processId) for (const streamId of streamIds) local.publish(streamId);
  });

  let pending = new Set<string>();
  const send = () => {
    const message = [processId, ...pending].join(" ");
    pending = new Set();
    void publisher.publish(channel, message).catch(() => {});
  };
  return {
    publish: (streamId) => {
      local.publish(streamId);
      if (pending.size === 0) setImmediate(send);
      pending.add(streamId);
    },
    subscribe: (callback) => local.subscribe(callback),
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
