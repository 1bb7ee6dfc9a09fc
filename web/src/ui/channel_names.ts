// The names of channels, for lists that hold their ids.

import { channels } from "../api/tocsin";
import type { Channel, Ulid } from "../api/types";
import { useLoad } from "./load";

export interface ChannelNames {
  all: readonly Channel[];
  /** The name of one; of one that is gone, the end of its id. */
  of: (channel: Ulid | null) => string;
}

export function useChannelNames(): ChannelNames {
  const found = useLoad((abort) => channels.list(undefined, abort), []);
  const all = found.value ?? [];
  return {
    all,
    of: (channel) => {
      if (channel === null) return "no channel";
      return all.find((x) => x.id === channel)?.name ?? `…${channel.slice(-6)}`;
    },
  };
}
