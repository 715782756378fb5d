// The events of all plugins: who registers what, and what the scheduler adds.
// Source: pkg/scheduler buildQueueingHintMap, Kubernetes 1.32 to 1.37; spec scheduler.md 2.2.

import { defaultPreemptionEvents } from '../plugins/defaultpreemption.js';
import { dynamicResourcesEvents } from '../plugins/dynamicresources.js';
import { gangSchedulingEvents } from '../plugins/gangscheduling.js';
import { interPodAffinityEvents } from '../plugins/interpodaffinity.js';
import { nodeAffinityEvents } from '../plugins/nodeaffinity.js';
import { nodeDeclaredFeaturesEvents } from '../plugins/nodedeclaredfeatures.js';
import { nodeNameEvents } from '../plugins/nodename.js';
import { nodePortsEvents } from '../plugins/nodeports.js';
import { nodeResourcesFitEvents } from '../plugins/noderesourcesfit.js';
import { nodeUnschedulableEvents } from '../plugins/nodeunschedulable.js';
import { nodeVolumeLimitsEvents } from '../plugins/nodevolumelimits.js';
import { podTopologySpreadEvents } from '../plugins/podtopologyspread.js';
import { schedulingGatesEvents } from '../plugins/schedulinggates.js';
import { taintTolerationEvents } from '../plugins/tainttoleration.js';
import { volumeBindingEvents } from '../plugins/volumebinding.js';
import { volumeRestrictionsEvents } from '../plugins/volumerestrictions.js';
import { volumeZoneEvents } from '../plugins/volumezone.js';
import { ADD, UPDATE_NODE_TAINT } from './clusterevent.js';
import type { EventContext, EventRegistration, EventsFactory } from './registration.js';

const FACTORIES: Readonly<Record<string, EventsFactory>> = {
  SchedulingGates: schedulingGatesEvents,
  NodeUnschedulable: nodeUnschedulableEvents,
  NodeName: nodeNameEvents,
  TaintToleration: taintTolerationEvents,
  NodeAffinity: nodeAffinityEvents,
  NodePorts: nodePortsEvents,
  NodeResourcesFit: nodeResourcesFitEvents,
  VolumeRestrictions: volumeRestrictionsEvents,
  NodeVolumeLimits: nodeVolumeLimitsEvents,
  VolumeBinding: volumeBindingEvents,
  VolumeZone: volumeZoneEvents,
  PodTopologySpread: podTopologySpreadEvents,
  InterPodAffinity: interPodAffinityEvents,
  DynamicResources: dynamicResourcesEvents,
  DefaultPreemption: defaultPreemptionEvents,
  NodeDeclaredFeatures: nodeDeclaredFeaturesEvents,
  GangScheduling: gangSchedulingEvents,
};

/** The registrations of the plugins that can reject pods, by plugin; other plugins have no entry. */
export function registerEvents(
  plugins: Iterable<string>,
  context: EventContext,
): Map<string, readonly EventRegistration[]> {
  const registrations = new Map<string, readonly EventRegistration[]>();
  for (const plugin of plugins) {
    if (!Object.hasOwn(FACTORIES, plugin)) continue;
    const own = FACTORIES[plugin]!(context);
    const added = context.features.minor <= 36 && missesTaints(own) ? [TAINT_REMOVED] : [];
    registrations.set(plugin, [...own, ...added]);
  }
  return registrations;
}

/** A node may be added with a taint that is taken off later, which the plugin would not see. */
const TAINT_REMOVED: EventRegistration = {
  resource: 'Node',
  actions: UPDATE_NODE_TAINT,
  addedByScheduler: true,
};

function missesTaints(registrations: readonly EventRegistration[]): boolean {
  const onNodes = registrations.filter(({ resource }) => resource === 'Node');
  const hasAction = (action: number) => onNodes.some(({ actions }) => (actions & action) !== 0);
  return hasAction(ADD) && !hasAction(UPDATE_NODE_TAINT);
}
