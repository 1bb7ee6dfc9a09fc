// How near the storage is to the end of its limit or of the disk, in a word.

import { serviceNow } from "../../api/clock";
import type { Retention, StorageStats } from "../../api/types";
import type { Tone } from "../../ui/badge";
import type { IconName } from "../../ui/icon";

interface Room {
  tone: Tone;
  icon: IconName;
  word: string;
  advice: string;
}

const dayMs = 86_400_000;

/** The number of days until the room is used up at the rate of the last day; nothing if it does not grow. */
export function daysLeft(storage: StorageStats, retention: Retention): number | undefined {
  const growth = storage.growth.last_day;
  if (!growth || growth.bytes_per_day <= 0) return undefined;
  // What was measured for minutes only says nothing about days.
  if (serviceNow() - Date.parse(growth.since) < dayMs / 24) return undefined;
  return Math.max(storage.room_bytes - retention.reserve_bytes, 0) / growth.bytes_per_day;
}

export function roomOf(storage: StorageStats, retention: Retention): Room {
  const isOfDisk = storage.disk_free_bytes < storage.map_limit_bytes - storage.live_bytes;
  const what = isOfDisk ? "the disk" : "storage.map_limit";
  const reserve = retention.reserve_bytes;
  if (storage.room_bytes < reserve)
    return { tone: "bad", icon: "cross", word: "full", advice: `New events are refused: ${isOfDisk ? "make room on the disk" : "raise storage.map_limit"}. Deliveries go on.` };
  if (storage.room_bytes < 4 * reserve)
    return { tone: "warn", icon: "warning", word: "nearly full", advice: `The end of ${what} is near. New events are refused once less than the reserve is left.` };
  const days = daysLeft(storage, retention);
  if (days !== undefined && days < 14)
    return { tone: "warn", icon: "clock", word: "filling up", advice: `At the rate of the last day the end of ${what} is reached in ${Math.max(1, Math.floor(days))} days.` };
  return { tone: "good", icon: "check", word: "enough room", advice: "" };
}
