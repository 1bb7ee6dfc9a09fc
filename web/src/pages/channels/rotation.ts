// Giving a webhook a new secret in a way that can be asked for again and again until there is an answer.

import { asProblem } from "../../api/problem";
import { channels } from "../../api/tocsin";
import type { Channel, Instant } from "../../api/types";

/** As the service makes them: 32 random bytes (Standard Webhooks takes 24 to 64). */
export function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

export interface Rotated {
  secret: string;
  /** Until then the old one counts too; null: it does not. */
  previousExpiresAt: Instant | null;
}

/** Makes `secret` the one that signs; that it is so already, as an answer was lost, is as good. */
export async function rotate(channel: Channel, secret: string, graceSeconds: number): Promise<Rotated> {
  try {
    const made = await channels.rotateSecret(channel.id, secret, graceSeconds, channel.revision);
    return { secret, previousExpiresAt: made.previous_secret_expires_at };
  } catch (thrown) {
    if (!asProblem(thrown).errors.some((x) => x.pointer === "/secret" && x.code === "unchanged")) throw thrown;
    const { settings } = await channels.find(channel.id);
    return { secret, previousExpiresAt: (settings["previous_secret_expires_at"] as Instant | undefined) ?? null };
  }
}
