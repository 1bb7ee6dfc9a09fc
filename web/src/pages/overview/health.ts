// How a channel is doing, in a word.

import type { ChannelStats, Ulid } from "../../api/types";
import type { Tone } from "../../ui/badge";
import type { IconName } from "../../ui/icon";

export interface Health {
  tone: Tone;
  icon: IconName;
  word: string;
}

export interface Watched extends ChannelStats {
  health: Health;
}

/** What one look at a channel keeps for the next: the service counts from its start, so current activity is the difference between two looks. */
interface Look {
  sent: number;
  unsent: number;
  isBehind: boolean;
}

let looks = new Map<Ulid, Look>();

/** What the channel owes waits, and its last attempts did not deliver. */
function isBehind(x: ChannelStats, unsent: number, last: Look | undefined): boolean {
  if (x.pending === 0 || unsent === 0) return false;
  const isFirst = !last || x.sent < last.sent || unsent < last.unsent;
  if (isFirst) return x.sent === 0 || x.in_flight === 0;
  const more = { sent: x.sent - last.sent, unsent: unsent - last.unsent };
  return more.sent === 0 && more.unsent === 0 ? last.isBehind : more.unsent >= more.sent;
}

function healthOf(x: ChannelStats, behind: boolean): Health {
  if (x.parked) return { tone: "bad", icon: "skull", word: "parked" };
  if (x.breaker === "open") return { tone: "bad", icon: "pause", word: "left alone" };
  if (x.breaker === "half_open") return { tone: "warn", icon: "clock", word: "being tried" };
  if (behind) return { tone: "warn", icon: "clock", word: "behind" };
  return { tone: "good", icon: "check", word: "well" };
}

/** Looks at the channels once more, to be called with each answer of the service. */
export function watched(channels: readonly ChannelStats[]): Watched[] {
  const now = channels.map((x) => {
    const unsent = x.failed + x.retried;
    const look = { sent: x.sent, unsent, isBehind: isBehind(x, unsent, looks.get(x.channel)) };
    return { x, look };
  });
  looks = new Map(now.map(({ x, look }) => [x.channel, look]));
  return now.map(({ x, look }) => ({ ...x, health: healthOf(x, look.isBehind) }));
}
