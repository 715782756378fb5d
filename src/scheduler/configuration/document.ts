// The fields of a KubeSchedulerConfiguration as a file writes them, and what they are when left out.
// Source: kube-scheduler/config/v1 and component-base/config/v1alpha1, Kubernetes 1.32 to 1.37.

import { parseDurationNs } from '../../api/duration.js';
import type { Features } from '../../api/features.js';
import {
  bool,
  count32,
  count64,
  type Field,
  flag,
  int32,
  int64,
  json,
  list,
  object,
  text,
} from '../../api/fields/field.js';
import type { JsonValue } from '../../api/meta.js';
import { extensionPoints } from './defaultplugins.js';
import type { PluginSets } from './pluginsets.js';

export const API_VERSION = 'kubescheduler.config.k8s.io/v1';
export const KIND = 'KubeSchedulerConfiguration';

/** A configuration as it was written. */
export interface ConfigurationDocument {
  parallelism?: number;
  percentageOfNodesToScore?: number;
  podInitialBackoffSeconds?: number;
  podMaxBackoffSeconds?: number;
  profiles?: ProfileDocument[];
  extenders?: Extender[];
  leaderElection?: LeaderElection;
}

/** One profile as it was written. */
export interface ProfileDocument {
  schedulerName?: string;
  percentageOfNodesToScore?: number;
  plugins?: PluginSets;
  pluginConfig?: { name?: string; args?: JsonValue }[];
}

/** A scheduler extender: drasim checks it, and calls none. */
export interface Extender {
  readonly urlPrefix?: string;
  readonly prioritizeVerb?: string;
  readonly bindVerb?: string;
  readonly weight?: number;
}

/** Who of several schedulers works; without effect on what it decides. */
export interface LeaderElection {
  readonly leaderElect?: boolean;
  readonly leaseDuration?: string;
  readonly renewDeadline?: string;
  readonly retryPeriod?: string;
}

const plugins = list(object({ name: text.always, weight: int32 }));
const pluginSet = object({ enabled: plugins, disabled: plugins });

/** The fields of the document in a version. */
export function configurationField(features: Features): Field {
  const sets = ['multiPoint', ...extensionPoints(features)].map((point) => [point, pluginSet]);
  return object({
    apiVersion: text,
    kind: text,
    parallelism: count32,
    leaderElection: object({
      leaderElect: flag,
      leaseDuration: text,
      renewDeadline: text,
      retryPeriod: text,
      resourceLock: text,
      resourceName: text,
      resourceNamespace: text,
    }),
    clientConnection: object({
      kubeconfig: text,
      acceptContentTypes: text,
      contentType: text,
      qps: json,
      burst: int32,
    }),
    enableProfiling: flag,
    enableContentionProfiling: flag,
    percentageOfNodesToScore: count32,
    podInitialBackoffSeconds: count64,
    podMaxBackoffSeconds: count64,
    profiles: list(
      object({
        schedulerName: text,
        percentageOfNodesToScore: count32,
        plugins: object(Object.fromEntries(sets)),
        pluginConfig: list(object({ name: text, args: json })),
      }),
    ),
    extenders: list(extender),
    delayCacheUntilActive: bool,
  });
}

const extender = object({
  urlPrefix: text,
  filterVerb: text,
  preemptVerb: text,
  prioritizeVerb: text,
  weight: int64,
  bindVerb: text,
  enableHTTPS: bool,
  tlsConfig: json,
  httpTimeout: text,
  nodeCacheCapable: bool,
  managedResources: list(object({ name: text, ignoredByScheduler: bool })),
  ignorable: bool,
});

/** A text that should be a duration and is none, with its path; undefined when all are. */
export function findBadDuration(document: ConfigurationDocument): [string, string] | undefined {
  const { leaseDuration, renewDeadline, retryPeriod } = document.leaderElection ?? {};
  const texts = Object.entries({ leaseDuration, renewDeadline, retryPeriod });
  const bad = texts.find(([, value]) => value !== undefined && !isDuration(value));
  return bad && [`leaderElection.${bad[0]}`, bad[1]!];
}

/** Whether a text is a duration. */
export function isDuration(value: string): boolean {
  return parseDurationNs(value) !== undefined;
}
