// Fields of a pod: `k8s.io/api/core/v1`, Kubernetes 1.37. Most of a container is without effect on
// scheduling; it is described all the same, so that a wrong field in it is found.

import {
  bool,
  count32,
  count64,
  extend,
  type Field,
  flag,
  int32,
  intOrText,
  json,
  list,
  object,
  quantity,
  resourceList,
  text,
  textMap,
  texts,
  time,
} from './field.js';
import { condition, kindOf, labelSelector, localReference, objectMeta } from './meta.js';
import { nodeSelector, nodeSelectorTerm } from './nodeselector.js';
import { volume } from './volume.js';

/** Requests, limits and claims of a container or a pod. */
export const resourceRequirements = object({
  limits: resourceList,
  requests: resourceList,
  claims: list(object({ name: text.always, request: text })),
});

const keyReference = object({ name: text, key: text.always, optional: flag });

const environment = object({
  name: text.always,
  value: text,
  valueFrom: object({
    fieldRef: object({ apiVersion: text, fieldPath: text.always }),
    resourceFieldRef: object({ containerName: text, resource: text.always, divisor: quantity }),
    configMapKeyRef: keyReference,
    secretKeyRef: keyReference,
    fileKeyRef: object({
      volumeName: text.always,
      path: text.always,
      key: text.always,
      optional: flag,
    }),
  }),
});

const httpGet = object({
  path: text,
  port: intOrText.always,
  host: text,
  scheme: text,
  httpHeaders: list(object({ name: text.always, value: text.always })),
});

const handlerFields = {
  exec: object({ command: texts }),
  httpGet,
  tcpSocket: object({ port: intOrText.always, host: text }),
};

const probe = object({
  ...handlerFields,
  grpc: object({ port: int32.always, service: text.given }),
  initialDelaySeconds: int32,
  timeoutSeconds: int32,
  periodSeconds: int32,
  successThreshold: int32,
  failureThreshold: int32,
  terminationGracePeriodSeconds: count64,
});

const handler = object({
  exec: handlerFields.exec.idle,
  httpGet: httpGet.idle,
  tcpSocket: handlerFields.tcpSocket.idle,
  sleep: object({ seconds: count64.always }),
});

const seLinux = object({ user: text, role: text, type: text, level: text });
const profile = object({ type: text.always, localhostProfile: text.given });
const windows = object({
  gmsaCredentialSpecName: text.given,
  gmsaCredentialSpec: text.given,
  runAsUserName: text.given,
  hostProcess: flag,
});

const containerSecurity = object({
  capabilities: object({ add: texts, drop: texts }),
  privileged: flag,
  seLinuxOptions: seLinux,
  windowsOptions: windows,
  runAsUser: count64,
  runAsGroup: count64,
  runAsNonRoot: flag,
  readOnlyRootFilesystem: flag,
  allowPrivilegeEscalation: flag,
  procMount: text.given,
  seccompProfile: profile,
  appArmorProfile: profile,
});

const container = object({
  name: text.always,
  image: text,
  command: texts.idle,
  args: texts.idle,
  workingDir: text.idle,
  ports: list(
    object({
      name: text,
      hostPort: int32,
      containerPort: int32.always,
      protocol: text,
      hostIP: text,
    }),
  ),
  envFrom: list(
    object({
      prefix: text,
      configMapRef: object({ name: text, optional: flag }),
      secretRef: object({ name: text, optional: flag }),
    }),
  ).idle,
  env: list(environment).idle,
  resources: resourceRequirements.always,
  resizePolicy: list(object({ resourceName: text.always, restartPolicy: text.always })).idle,
  restartPolicy: text.given,
  restartPolicyRules: list(
    object({
      action: text,
      exitCodes: object({ operator: text.always, values: list(int32) }),
    }),
  ),
  volumeMounts: list(
    object({
      name: text.always,
      readOnly: bool,
      recursiveReadOnly: text.given,
      mountPath: text.always,
      subPath: text,
      mountPropagation: text.given,
      subPathExpr: text,
    }),
  ).idle,
  volumeDevices: list(object({ name: text.always, devicePath: text.always })).idle,
  livenessProbe: probe.idle,
  readinessProbe: probe.idle,
  startupProbe: probe.idle,
  lifecycle: object({ postStart: handler.idle, preStop: handler, stopSignal: text.given.idle }),
  terminationMessagePath: text.idle,
  terminationMessagePolicy: text.idle,
  imagePullPolicy: text.idle,
  securityContext: containerSecurity.idle,
  stdin: bool.idle,
  stdinOnce: bool.idle,
  tty: bool.idle,
});

const podAffinityTerm = object({
  labelSelector,
  namespaces: texts,
  topologyKey: text.always,
  namespaceSelector: labelSelector,
  matchLabelKeys: texts,
  mismatchLabelKeys: texts,
});

const podAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    object({ weight: int32.always, podAffinityTerm: podAffinityTerm.always }),
  ),
});

/** Required and preferred nodes; the scheduler's configuration has one too. */
export const nodeAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelector,
  preferredDuringSchedulingIgnoredDuringExecution: list(
    object({ weight: int32.always, preference: nodeSelectorTerm.always }),
  ),
});

const affinity = object({ nodeAffinity, podAffinity, podAntiAffinity: podAffinity });

/** Spreading over a topology; the scheduler's configuration has such constraints too. */
export const topologySpreadConstraint = object({
  maxSkew: int32.always,
  topologyKey: text.always,
  whenUnsatisfiable: text.always,
  labelSelector,
  minDomains: count32,
  nodeAffinityPolicy: text.given,
  nodeTaintsPolicy: text.given,
  matchLabelKeys: texts,
});

const podSecurity = object({
  seLinuxOptions: seLinux,
  windowsOptions: windows,
  runAsUser: count64,
  runAsGroup: count64,
  runAsNonRoot: flag,
  supplementalGroups: list(count64.always),
  supplementalGroupsPolicy: text.given,
  fsGroup: count64,
  sysctls: list(object({ name: text.always, value: text.always })),
  fsGroupChangePolicy: text.given,
  seccompProfile: profile,
  appArmorProfile: profile,
  seLinuxChangePolicy: text.given,
});

/** What a claim of a pod or of a pod group refers to. */
export const podResourceClaim = object({
  name: text.always,
  resourceClaimName: text.given,
  resourceClaimTemplateName: text.given,
  podGroupResourceClaim: text.given,
});

/** A pod's spec, in pods and in the templates of controllers. */
export const podSpec: Field = object({
  volumes: list(volume),
  initContainers: list(container),
  containers: list(container).always,
  ephemeralContainers: list(extend(container, { targetContainerName: text })).idle,
  restartPolicy: text,
  terminationGracePeriodSeconds: count64,
  activeDeadlineSeconds: count64,
  dnsPolicy: text.idle,
  nodeSelector: textMap,
  serviceAccountName: text.idle,
  serviceAccount: text.idle,
  automountServiceAccountToken: flag.idle,
  nodeName: text,
  hostNetwork: bool,
  hostPID: bool.idle,
  hostIPC: bool.idle,
  shareProcessNamespace: flag.idle,
  securityContext: podSecurity.idle,
  imagePullSecrets: list(localReference).idle,
  hostname: text.idle,
  subdomain: text.idle,
  affinity,
  schedulerName: text,
  tolerations: list(
    object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: count64 }),
  ),
  hostAliases: list(object({ ip: text.always, hostnames: texts })).idle,
  priorityClassName: text,
  priority: count32,
  dnsConfig: object({
    nameservers: texts,
    searches: texts,
    options: list(object({ name: text, value: text.given })),
  }).idle,
  readinessGates: list(object({ conditionType: text.always })).idle,
  runtimeClassName: text.given.idle,
  enableServiceLinks: flag.idle,
  preemptionPolicy: text.given,
  overhead: resourceList,
  topologySpreadConstraints: list(topologySpreadConstraint),
  setHostnameAsFQDN: flag.idle,
  os: object({ name: text.always }),
  hostUsers: flag,
  schedulingGates: list(object({ name: text.always })),
  resourceClaims: list(podResourceClaim),
  resources: resourceRequirements,
  hostnameOverride: text.given.idle,
  workloadRef: object({ name: text.always, podGroup: text.always, podGroupReplicaKey: text }),
  schedulingGroup: object({ podGroupName: text.given }),
});

const containerStatus = object({
  name: text.always,
  state: json.idle,
  lastState: json.idle,
  ready: bool.always.idle,
  restartCount: int32.always.idle,
  image: text.always.idle,
  imageID: text.always.idle,
  containerID: text.idle,
  started: flag.idle,
  allocatedResources: resourceList,
  resources: resourceRequirements,
  volumeMounts: json.idle,
  user: json.idle,
  allocatedResourcesStatus: json.idle,
  stopSignal: text.given.idle,
});

const podStatus = object({
  observedGeneration: json.idle,
  phase: text,
  conditions: list(condition),
  message: text.idle,
  reason: text.idle,
  nominatedNodeName: text,
  hostIP: text.idle,
  hostIPs: json.idle,
  podIP: text.idle,
  podIPs: json.idle,
  startTime: time,
  initContainerStatuses: list(containerStatus),
  containerStatuses: list(containerStatus),
  qosClass: text,
  ephemeralContainerStatuses: json.idle,
  resize: text,
  resourceClaimStatuses: list(object({ name: text.always, resourceClaimName: text.given })),
  extendedResourceClaimStatus: object({
    resourceClaimName: text.always,
    requestMappings: list(
      object({
        containerName: text.always,
        resourceName: text.always,
        requestName: text.always,
      }),
    ).always,
  }),
  allocatedResources: resourceList,
  resources: resourceRequirements,
  nodeAllocatableResourceClaimStatuses: json.idle,
});

/** Pod. */
export const pod = kindOf({ spec: podSpec.always, status: podStatus });

/** The template of a controller's pods. */
export const podTemplate = object({ metadata: objectMeta.nonzero, spec: podSpec.always });
