// What the API server fills in for pods, alone and in the templates of controllers.
// Follows `pkg/apis/core/v1/defaults.go` of Kubernetes 1.37.

import type { Draft } from './object.js';
import { Quantity } from './quantity.js';

const FILE_MODE = 0o644;

/** Fills in a pod: what templates get, and what only pods get. */
export function defaultPod(pod: Draft): void {
  const spec = (pod['spec'] ??= {}) as Draft;
  defaultPodSpec(spec);
  spec['enableServiceLinks'] ??= true;
  if ((spec['terminationGracePeriodSeconds'] as number) < 0) {
    spec['terminationGracePeriodSeconds'] = 1;
  }
  for (const container of containersOf(spec)) copyLimits(container);
}

/** Fills in the pod template of a controller. */
export function defaultPodTemplate(template: Draft): void {
  defaultPodSpec((template['spec'] ??= {}) as Draft);
}

function defaultPodSpec(spec: Draft): void {
  setEmpty(spec, 'restartPolicy', 'Always');
  setEmpty(spec, 'dnsPolicy', 'ClusterFirst');
  setEmpty(spec, 'schedulerName', 'default-scheduler');
  spec['terminationGracePeriodSeconds'] ??= 30;
  spec['securityContext'] ??= {};
  for (const container of containersOf(spec)) defaultContainer(container, spec);
  for (const container of items(spec, 'ephemeralContainers')) defaultContainer(container, spec);
  for (const volume of items(spec, 'volumes')) defaultVolume(volume);
  roundAmounts(spec['resources'] as Draft | undefined);
  spec['overhead'] = roundList(spec['overhead'] as Draft | undefined);
  if (spec['overhead'] === undefined) delete spec['overhead'];
}

function containersOf(spec: Draft): Draft[] {
  return [...items(spec, 'containers'), ...items(spec, 'initContainers')];
}

function defaultContainer(container: Draft, spec: Draft): void {
  setEmpty(container, 'imagePullPolicy', pullPolicyOf((container['image'] ?? '') as string));
  setEmpty(container, 'terminationMessagePath', '/dev/termination-log');
  setEmpty(container, 'terminationMessagePolicy', 'File');
  for (const port of items(container, 'ports')) {
    setEmpty(port, 'protocol', 'TCP');
    if (spec['hostNetwork'] === true && !port['hostPort']) port['hostPort'] = port['containerPort'];
  }
  for (const variable of items(container, 'env')) defaultFieldRef(variable['valueFrom'] as Draft);
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name] as Draft | undefined;
    if (probe) defaultProbe(probe);
  }
  const lifecycle = (container['lifecycle'] ?? {}) as Draft;
  defaultHttpGet(lifecycle['postStart'] as Draft | undefined);
  defaultHttpGet(lifecycle['preStop'] as Draft | undefined);
  roundAmounts(container['resources'] as Draft | undefined);
}

// An image without tag, or with the tag latest, is pulled always; no image at all is not.
function pullPolicyOf(image: string): string {
  if (image === '' || image.includes('@')) return 'IfNotPresent';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  const tag = colon < 0 ? '' : name.slice(colon + 1);
  return tag === '' || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Draft): void {
  defaultHttpGet(probe);
  setEmpty(probe, 'timeoutSeconds', 1);
  setEmpty(probe, 'periodSeconds', 10);
  setEmpty(probe, 'successThreshold', 1);
  setEmpty(probe, 'failureThreshold', 3);
  const grpc = probe['grpc'] as Draft | undefined;
  if (grpc) grpc['service'] ??= '';
}

function defaultHttpGet(handler: Draft | undefined): void {
  const httpGet = handler?.['httpGet'] as Draft | undefined;
  if (!httpGet) return;
  setEmpty(httpGet, 'path', '/');
  setEmpty(httpGet, 'scheme', 'HTTP');
}

function defaultFieldRef(source: Draft | undefined): void {
  const fieldRef = source?.['fieldRef'] as Draft | undefined;
  if (fieldRef) setEmpty(fieldRef, 'apiVersion', 'v1');
  const resourceRef = source?.['resourceFieldRef'] as Draft | undefined;
  if (resourceRef) resourceRef['divisor'] ??= '0';
}

function defaultVolume(volume: Draft): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume['emptyDir'] = {};
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const mode = volume[source] as Draft | undefined;
    if (mode) mode['defaultMode'] ??= FILE_MODE;
  }
  for (const item of items((volume['downwardAPI'] ?? {}) as Draft, 'items')) defaultFieldRef(item);
  for (const source of items((volume['projected'] ?? {}) as Draft, 'sources')) {
    const token = source['serviceAccountToken'] as Draft | undefined;
    if (token) token['expirationSeconds'] ??= 3600;
    for (const item of items((source['downwardAPI'] ?? {}) as Draft, 'items')) {
      defaultFieldRef(item);
    }
  }
  const hostPath = volume['hostPath'] as Draft | undefined;
  if (hostPath) hostPath['type'] ??= '';
  const image = volume['image'] as Draft | undefined;
  if (image) setEmpty(image, 'pullPolicy', pullPolicyOf((image['reference'] ?? '') as string));
  const claim = (volume['ephemeral'] as Draft | undefined)?.['volumeClaimTemplate'] as Draft;
  if (claim) ((claim['spec'] ??= {}) as Draft)['volumeMode'] ??= 'Filesystem';
}

// What has a limit but no request is requested up to the limit.
function copyLimits(container: Draft): void {
  const resources = container['resources'] as Draft | undefined;
  const limits = resources?.['limits'] as Draft | undefined;
  if (!resources || !limits) return;
  resources['requests'] = { ...limits, ...(resources['requests'] as Draft | undefined) };
}

function roundAmounts(resources: Draft | undefined): void {
  if (!resources) return;
  for (const field of ['limits', 'requests']) {
    const rounded = roundList(resources[field] as Draft | undefined);
    if (rounded) resources[field] = rounded;
  }
}

function roundList(amounts: Draft | undefined): Draft | undefined {
  if (!amounts) return undefined;
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [
      name,
      Quantity.parse(amount as string)
        .roundUp(-3)
        .toString(),
    ]),
  );
}

function setEmpty(holder: Draft, field: string, value: string | number): void {
  if (!holder[field]) holder[field] = value;
}

function items(holder: Draft, field: string): Draft[] {
  return (holder[field] ?? []) as Draft[];
}
