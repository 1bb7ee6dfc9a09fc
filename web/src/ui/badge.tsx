// States as a word with a sign: colour comes on top and is never all there is.

import type { DeliveryState, OutcomeClass, Severity } from "../api/types";
import { Icon, type IconName } from "./icon";

export type Tone = "good" | "bad" | "warn" | "busy" | "quiet";

interface Props {
  tone: Tone;
  icon?: IconName;
  children: string;
  title?: string;
}

export function Badge({ tone, icon, children, title }: Props) {
  return (
    <span class={`badge badge-${tone}`} title={title}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

const states: Record<DeliveryState, { tone: Tone; icon: IconName; word: string }> = {
  pending: { tone: "busy", icon: "clock", word: "pending" },
  scheduled: { tone: "warn", icon: "clock", word: "retrying" },
  attempting: { tone: "busy", icon: "arrow", word: "sending" },
  delivered: { tone: "good", icon: "check", word: "delivered" },
  dead_letter: { tone: "bad", icon: "skull", word: "dead letter" },
  suppressed: { tone: "quiet", icon: "skip", word: "suppressed" },
  cancelled: { tone: "quiet", icon: "cross", word: "cancelled" },
};

export function StateBadge({ state }: { state: DeliveryState }) {
  const { tone, icon, word } = states[state];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}

/** What people can choose a state by. */
export const stateChoices = Object.entries(states).map(([value, x]) => ({ value, label: x.word }));

const outcomes: Record<OutcomeClass, { tone: Tone; icon: IconName; word: string }> = {
  delivered: { tone: "good", icon: "check", word: "delivered" },
  retry: { tone: "warn", icon: "clock", word: "failed, tries again" },
  throttled: { tone: "warn", icon: "pause", word: "throttled" },
  rejected: { tone: "bad", icon: "cross", word: "rejected" },
  dead_endpoint: { tone: "bad", icon: "skull", word: "endpoint is dead" },
  ambiguous: { tone: "warn", icon: "warning", word: "no answer, may have arrived" },
};

export function OutcomeBadge({ outcome }: { outcome: OutcomeClass }) {
  const { tone, icon, word } = outcomes[outcome];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}

export const outcomeChoices = Object.entries(outcomes).map(([value, x]) => ({ value, label: x.word }));

const severities: Record<Severity, Tone> = {
  success: "good",
  info: "quiet",
  warning: "warn",
  error: "bad",
  critical: "bad",
};

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <Badge tone={severities[severity]}>{severity}</Badge>;
}
