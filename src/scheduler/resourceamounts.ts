// Amounts of resources in the scheduler's units: CPU in thousandths, all else in whole units.
// Source: kube-scheduler framework Resource, Kubernetes 1.37; spec scheduler.md 4.6.

import type { Node } from '../api/core.js';
import { type Amounts, isExtendedResource, isScalarResource } from '../api/podrequests.js';
import { Quantity } from '../api/quantity.js';
import type { PluginArgs } from './configuration/args.js';

/** Amounts by resource; of a request those above zero that the scheduler counts. */
export type ScheduledAmounts = ReadonlyMap<string, bigint>;

/** Takes what the scheduler counts from a pod's requests. */
export function scheduledAmounts(amounts: Amounts): ScheduledAmounts {
  const counted = new Map<string, bigint>();
  for (const [name, quantity] of amounts) {
    const amount = isCounted(name) ? inUnits(name, quantity) : 0n;
    if (amount > 0n) counted.set(name, amount);
  }
  return counted;
}

/** What a node has of each resource, `pods` too. */
export function nodeAmounts({ status }: Node): ScheduledAmounts {
  const amounts = new Map<string, bigint>();
  for (const [name, text] of Object.entries(status?.allocatable ?? {})) {
    amounts.set(name, inUnits(name, Quantity.parse(text)));
  }
  return amounts;
}

/** Whether the arguments of NodeResourcesFit leave a resource to others. */
export function isIgnored(name: string, args: PluginArgs['NodeResourcesFit']): boolean {
  if (!isExtendedResource(name)) return false;
  if (args?.ignoredResources?.includes(name)) return true;
  return args?.ignoredResourceGroups?.includes(name.slice(0, name.indexOf('/'))) === true;
}

function isCounted(name: string): boolean {
  if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') return true;
  return isScalarResource(name);
}

function inUnits(name: string, quantity: Quantity): bigint {
  return name === 'cpu' ? quantity.milliValue() : quantity.value();
}
