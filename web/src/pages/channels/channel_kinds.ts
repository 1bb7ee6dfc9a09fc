// What each type of channel is set up with, and how one gets it from the provider.

import type { ChannelType } from "../../api/types";

export interface SettingField {
  key: string;
  label: string;
  /** `lines`: one entry on each line. `secret-pairs`: `Name: value` on each line, the value secret. */
  kind: "text" | "number" | "lines" | "choice" | "secret" | "secret-pairs";
  required?: boolean;
  placeholder?: string;
  help?: string;
  choices?: readonly { value: string; label: string }[];
  /** Only there with one of these formats. */
  formats?: readonly string[];
}

export interface ChannelKind {
  type: ChannelType;
  label: string;
  summary: string;
  steps: readonly string[];
  fields: readonly SettingField[];
}

const email: ChannelKind = {
  type: "email",
  label: "Email",
  summary: "Through your mail server (SMTP submission).",
  steps: [
    "Ask your mail provider for the submission server, its port and encryption. Port 587 goes with STARTTLS, 465 with TLS.",
    "Use an account or an app password that may send as the From address; many providers refuse others.",
    "Publish SPF and DKIM for the From address's domain, or the mails end up as spam.",
  ],
  fields: [
    { key: "host", label: "Mail server", kind: "text", required: true, placeholder: "smtp.example.com" },
    {
      key: "encryption",
      label: "Encryption",
      kind: "choice",
      choices: [
        { value: "starttls", label: "STARTTLS (usual, port 587)" },
        { value: "tls", label: "TLS from the start (port 465)" },
        { value: "none", label: "None – only within your own network" },
      ],
      help: "With STARTTLS and TLS the server's certificate is checked before the password or a mail is sent. With None, both can be read on the way.",
    },
    { key: "port", label: "Port", kind: "number", placeholder: "587, with TLS 465" },
    { key: "username", label: "User name", kind: "text", placeholder: "notify@example.com" },
    { key: "password", label: "Password", kind: "secret" },
    { key: "from", label: "From", kind: "text", required: true, placeholder: "Tocsin <notify@example.com>" },
    {
      key: "to",
      label: "To",
      kind: "lines",
      required: true,
      placeholder: "ops@example.com",
      help: "One address per line. The Triggers page can send single event types elsewhere.",
    },
  ],
};

const slack: ChannelKind = {
  type: "slack",
  label: "Slack",
  summary: "Into a Slack channel, through an incoming webhook.",
  steps: [
    "At api.slack.com/apps choose Create New App, From scratch, and your workspace.",
    "Open Incoming Webhooks, switch them on, and choose Add New Webhook to Workspace.",
    "Choose the channel that the messages go to, and copy the Webhook URL.",
  ],
  fields: [
    {
      key: "webhook_url",
      label: "Webhook URL",
      kind: "secret",
      required: true,
      placeholder: "https://hooks.slack.com/services/T…/B…/…",
      help: "Whoever has it can post to the channel, so it is kept like a password.",
    },
    {
      key: "channel",
      label: "Channel",
      kind: "text",
      placeholder: "#ops",
      help: "For legacy webhooks only: those of apps always post to the channel they were created for.",
    },
  ],
};

const discord: ChannelKind = {
  type: "discord",
  label: "Discord",
  summary: "Into a Discord channel or a thread in it.",
  steps: [
    "In Discord open the channel's settings (the gear), Integrations, Webhooks, New Webhook.",
    "Give it a name, choose the channel, and Copy Webhook URL.",
    "For a thread, switch on Developer Mode (User Settings, Advanced), then right-click the thread and Copy Thread ID.",
  ],
  fields: [
    {
      key: "webhook_url",
      label: "Webhook URL",
      kind: "secret",
      required: true,
      placeholder: "https://discord.com/api/webhooks/…/…",
      help: "Whoever has it can post to the channel, so it is kept like a password.",
    },
    { key: "thread_id", label: "Thread ID", kind: "text", placeholder: "1234567890123456789" },
  ],
};

const telegram: ChannelKind = {
  type: "telegram",
  label: "Telegram",
  summary: "From your bot to a chat, a group or a channel.",
  steps: [
    "In Telegram send /newbot to @BotFather and copy the token it gives you.",
    "Add the bot to the group, or make it an administrator of the channel. For a private chat, write it a message first.",
    "The chat ID of a group is a negative number (web.telegram.org shows it in the address); a public channel is @name.",
  ],
  fields: [
    { key: "bot_token", label: "Bot token", kind: "secret", required: true, placeholder: "123456789:AA…" },
    { key: "chat_id", label: "Chat ID", kind: "text", required: true, placeholder: "-1001234567890 or @name" },
    { key: "topic_id", label: "Topic ID", kind: "text", placeholder: "42", help: "In groups with topics: which of them." },
  ],
};

const webhook: ChannelKind = {
  type: "webhook",
  label: "Webhook",
  summary: "A signed POST to your own address, or an alert at PagerDuty or Opsgenie.",
  steps: [
    "Enter the HTTPS address that receives the events: a POST with a JSON body, answered with any 2xx within 30 seconds.",
    "Set a signing secret and check the signature at the receiver; the saved channel shows how.",
    "For PagerDuty, add an Events API v2 integration to a service and copy its key; for Opsgenie, an API integration.",
  ],
  fields: [
    {
      key: "format",
      label: "Format",
      kind: "choice",
      choices: [
        { value: "tocsin", label: "Tocsin's own JSON, signed" },
        { value: "pagerduty", label: "PagerDuty (Events API v2)" },
        { value: "opsgenie", label: "Opsgenie (Alert API)" },
      ],
      help: "PagerDuty and Opsgenie get alerts: a success or a recovery closes what a failure of the same service opened.",
    },
    { key: "url", label: "URL", kind: "secret", required: true, formats: ["tocsin"], placeholder: "https://example.com/hooks/tocsin" },
    {
      key: "url",
      label: "URL",
      kind: "secret",
      formats: ["pagerduty", "opsgenie"],
      help: "Only if it is not the usual one; accounts in the EU have https://api.eu.opsgenie.com/v2/alerts.",
    },
    { key: "routing_key", label: "Integration key", kind: "secret", required: true, formats: ["pagerduty"] },
    { key: "api_key", label: "API key", kind: "secret", required: true, formats: ["opsgenie"] },
    {
      key: "secret",
      label: "Signing secret",
      kind: "secret",
      formats: ["tocsin"],
      placeholder: "whsec_…",
      help: "Any text, or whsec_ and base 64. Without one, nothing is signed until you rotate the secret.",
    },
    {
      key: "headers",
      label: "Headers",
      kind: "secret-pairs",
      formats: ["tocsin"],
      placeholder: "Authorization: Bearer …",
      help: "One per line. Their values are kept like passwords.",
    },
  ],
};

export const channelKinds: readonly ChannelKind[] = [email, slack, discord, telegram, webhook];

export function kindOf(type: ChannelType): ChannelKind {
  return channelKinds.find((x) => x.type === type)!;
}
