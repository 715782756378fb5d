// Rules for pods, alone and in the templates of controllers: `pkg/apis/core/validation`,
// Kubernetes 1.37. What has no effect on scheduling is checked only where a vector asks for it.

import type { Container, PodResourceClaim, PodSpec, PodTemplateSpec } from '../core.js';
import type { Draft } from '../object.js';
import { checkAffinity, checkPodTolerations, checkSpread } from './affinity.js';
import { checkContainerResources, checkPodResources } from './amounts.js';
import { checkAnnotations, checkLabels } from './metadata.js';
import { checkLabelName, checkQualifiedName, checkSubdomain } from './names.js';
import { checkEnum, type Problems } from './problems.js';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const CONTAINER_RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PORT_MAX = 65535;

export function checkPod(problems: Problems, object: Draft): void {
  checkPodSpec(problems, 'spec', (object['spec'] ?? {}) as PodSpec);
}

/** Checks the pod template of a controller. */
export function checkPodTemplate(
  problems: Problems,
  path: string,
  template: PodTemplateSpec | undefined,
): void {
  checkLabels(problems, `${path}.labels`, template?.metadata?.labels);
  checkAnnotations(problems, `${path}.annotations`, template?.metadata?.annotations);
  checkPodSpec(problems, `${path}.spec`, template?.spec ?? ({} as PodSpec));
}

/** Checks a preemption policy, of pods and of priorities. */
export function checkPreemptionPolicy(
  problems: Problems,
  field: string,
  policy: string | undefined,
): void {
  if (policy === undefined || PREEMPTION_POLICIES.includes(policy)) return;
  problems.unsupported(field, policy, PREEMPTION_POLICIES);
}

function checkPodSpec(problems: Problems, path: string, spec: PodSpec): void {
  const claims = spec.resourceClaims ?? [];
  const claimNames = new Set(claims.map(({ name }) => name ?? ''));
  checkClaims(problems, `${path}.resourceClaims`, claims);
  checkContainers(problems, path, spec, claimNames);
  checkVolumes(problems, path, spec);
  checkPodResources(problems, `${path}.resources`, spec.resources);
  checkEnum(problems, `${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES);
  const dnsPolicy = (spec as { dnsPolicy?: string }).dnsPolicy;
  if (dnsPolicy !== undefined) checkEnum(problems, `${path}.dnsPolicy`, dnsPolicy, DNS_POLICIES);
  checkPreemptionPolicy(problems, `${path}.preemptionPolicy`, spec.preemptionPolicy);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > 2147483647)) {
    const reason = 'must be between 1 and 2147483647, inclusive';
    problems.invalid(`${path}.activeDeadlineSeconds`, deadline, reason);
  }
  if (spec.nodeName) checkSubdomain(problems, `${path}.nodeName`, spec.nodeName);
  if (spec.priorityClassName) {
    checkSubdomain(problems, `${path}.priorityClassName`, spec.priorityClassName);
  }
  checkLabels(problems, `${path}.nodeSelector`, spec.nodeSelector);
  checkAffinity(problems, `${path}.affinity`, spec.affinity);
  checkPodTolerations(problems, `${path}.tolerations`, spec.tolerations ?? []);
  const spread = `${path}.topologySpreadConstraints`;
  checkSpread(problems, spread, spec.topologySpreadConstraints ?? []);
  checkGates(problems, path, spec);
}

function checkGates(problems: Problems, path: string, spec: PodSpec): void {
  const gates = spec.schedulingGates ?? [];
  const seen = new Set<string>();
  for (const [index, { name = '' }] of gates.entries()) {
    const field = `${path}.schedulingGates[${index}]`;
    checkQualifiedName(problems, field, name);
    if (seen.has(name)) problems.duplicate(field, name);
    seen.add(name);
  }
  if (gates.length > 0 && spec.nodeName) {
    const text = 'cannot be set until all schedulingGates have been cleared';
    problems.forbidden(`${path}.nodeName`, text);
  }
}

function checkClaims(problems: Problems, path: string, claims: readonly PodResourceClaim[]): void {
  const seen = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const place = `${path}[${index}]`;
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    if (name === '') problems.required(`${place}.name`);
    else {
      checkLabelName(problems, `${place}.name`, name);
      if (seen.has(name)) problems.duplicate(`${place}.name`, name);
      seen.add(name);
    }
    checkClaimSource(problems, place, claim);
    if (resourceClaimName !== undefined) {
      checkSubdomain(problems, `${place}.resourceClaimName`, resourceClaimName);
    }
    if (resourceClaimTemplateName !== undefined) {
      const field = `${place}.resourceClaimTemplateName`;
      checkSubdomain(problems, field, resourceClaimTemplateName);
    }
  }
}

function checkClaimSource(problems: Problems, path: string, claim: PodResourceClaim): void {
  const sources = [
    claim.resourceClaimName,
    claim.resourceClaimTemplateName,
    claim.podGroupResourceClaim,
  ].filter((source) => source !== undefined);
  if (sources.length === 1) return;
  const names = '`resourceClaimName`, `resourceClaimTemplateName`';
  const text = sources.length === 0 ? 'must specify one of' : 'at most one may be specified of';
  problems.invalid(path, claim, `${text}: ${names}`);
}

function checkContainers(
  problems: Problems,
  path: string,
  spec: PodSpec,
  claimNames: ReadonlySet<string>,
): void {
  const containers = spec.containers ?? [];
  if (containers.length === 0) problems.required(`${path}.containers`);
  const seen = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const place = `${path}.containers[${index}]`;
    checkContainer(problems, place, container, seen, claimNames);
  }
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const place = `${path}.initContainers[${index}]`;
    checkContainer(problems, place, container, seen, claimNames);
  }
}

function checkContainer(
  problems: Problems,
  path: string,
  container: Container,
  seen: Set<string>,
  claimNames: ReadonlySet<string>,
): void {
  const { name = '', image = '', restartPolicy, imagePullPolicy } = container;
  if (name === '') problems.required(`${path}.name`);
  else checkLabelName(problems, `${path}.name`, name);
  if (name !== '' && seen.has(name)) problems.duplicate(`${path}.name`, name);
  seen.add(name);
  if (image === '') problems.required(`${path}.image`);
  else if (image.trim() !== image) {
    problems.invalid(`${path}.image`, image, 'must not have leading or trailing whitespace');
  }
  if (imagePullPolicy && !PULL_POLICIES.includes(imagePullPolicy)) {
    problems.unsupported(`${path}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES);
  }
  if (restartPolicy !== undefined && !CONTAINER_RESTART_POLICIES.includes(restartPolicy)) {
    problems.unsupported(`${path}.restartPolicy`, restartPolicy, CONTAINER_RESTART_POLICIES);
  }
  checkPorts(problems, `${path}.ports`, container);
  checkContainerResources(problems, `${path}.resources`, container.resources, claimNames);
}

function checkPorts(problems: Problems, path: string, { ports = [] }: Container): void {
  for (const [index, { containerPort = 0, hostPort = 0, protocol }] of ports.entries()) {
    const place = `${path}[${index}]`;
    const reason = `must be between 1 and ${PORT_MAX}, inclusive`;
    if (containerPort === 0) problems.required(`${place}.containerPort`);
    else if (containerPort < 0 || containerPort > PORT_MAX) {
      problems.invalid(`${place}.containerPort`, containerPort, reason);
    }
    if (hostPort < 0 || hostPort > PORT_MAX) {
      problems.invalid(`${place}.hostPort`, hostPort, reason);
    }
    const protocols = ['SCTP', 'TCP', 'UDP'];
    checkEnum(problems, `${place}.protocol`, protocol, protocols);
  }
}

function checkVolumes(problems: Problems, path: string, { volumes = [] }: PodSpec): void {
  const seen = new Set<string>();
  for (const [index, volume] of volumes.entries()) {
    const place = `${path}.volumes[${index}]`;
    const { name = '', persistentVolumeClaim } = volume;
    if (name === '') problems.required(`${place}.name`);
    else checkLabelName(problems, `${place}.name`, name);
    if (name !== '' && seen.has(name)) problems.duplicate(`${place}.name`, name);
    seen.add(name);
    if (persistentVolumeClaim && !persistentVolumeClaim.claimName) {
      problems.required(`${place}.persistentVolumeClaim.claimName`);
    }
  }
}
