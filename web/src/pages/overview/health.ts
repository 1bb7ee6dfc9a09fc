// How a channel is doing, in a word.

import type { ChannelStats } from "../../api/types";
import type { Tone } from "../../ui/badge";
import type { IconName } from "../../ui/icon";

export interface Health {
  tone: Tone;
  icon: IconName;
  word: string;
}

export function healthOf(x: ChannelStats): Health {
  if (x.parked) return { tone: "bad", icon: "skull", word: "parked" };
  if (x.breaker === "open") return { tone: "bad", icon: "pause", word: "left alone" };
  if (x.breaker === "half_open") return { tone: "warn", icon: "clock", word: "being tried" };
  if (x.pending > 0 && x.failed > 0) return { tone: "warn", icon: "clock", word: "behind" };
  return { tone: "good", icon: "check", word: "well" };
}
