// What an attempt was doing, in words.

import type { Attempt } from "../api/types";

export const stages: Record<Attempt["stage"], string> = {
  render: "making the message",
  resolve: "looking up the address",
  connect: "connecting",
  tls: "agreeing on encryption",
  auth: "signing in to the provider",
  send: "sending",
  accepted: "the provider's answer",
};
