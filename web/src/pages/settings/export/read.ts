// The configuration file, made of what the API shows.

import { admins, channels, customers, eventTypes, preferences } from "../../../api/tocsin";
import type { Preference, RecipientId } from "../../../api/types";
import { configurationOf, type Stored } from "./configuration";
import { yamlOf } from "./yaml";

async function readStored(): Promise<Stored> {
  const [catalogue, allAdmins, allCustomers, allChannels] = await Promise.all([
    eventTypes.list(),
    admins.list(),
    customers.list(),
    channels.list(),
  ]);
  const wishes = new Map<RecipientId, Preference>();
  const owners = [...allAdmins.map((x) => `admin/${x.name}`), ...allCustomers.map((x) => `customer/${x.name}`)];
  // One after the other: there may be thousands of customers.
  for (const owner of owners) {
    const found = await preferences.find(owner);
    if (found.revision > 0) wishes.set(owner, found);
  }
  return { eventTypes: catalogue, admins: allAdmins, customers: allCustomers, preferences: wishes, channels: allChannels };
}

/** The text of the file, without secrets. */
export async function exportedText(): Promise<string> {
  const { root, variables } = configurationOf(await readStored());
  const lines = ["# Written by the panel; 'tocsin config apply' takes it."];
  if (variables.length > 0) lines.push("# Secrets are not written out. These variables have to be set, or NAME_FILE for each:");
  lines.push(...variables.map((x) => `#   ${x}`));
  return `${lines.join("\n")}\n${yamlOf(root)}`;
}
