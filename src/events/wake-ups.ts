/** Tells that a stream has new events. Losing one costs latency, never an event: readers also poll. */
export interface WakeUps {
  /** After a commit, by whoever wrote. */
  publish(streamId: string): void;
  /** Calls back for each stream that was written to, here or in another process. */
  subscribe(callback: (streamId: string) => void): void;
  close(): Promise<void>;
}

/** Wakes the readers of this process only. */
export function createLocalWakeUps(): WakeUps {
  const callbacks: ((streamId: string) => void)[] = [];
  return {
    publish: (streamId) => {
      for (const callback of callbacks) callback(streamId);
    },
    subscribe: (callback) => {
      callbacks.push(callback);
    },
    close: async () => {},
  };
}
