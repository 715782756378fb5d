// Fields of nodes, namespaces, services and storage: `k8s.io/api` core/v1 and storage/v1,
// Kubernetes 1.37.

import {
  bool,
  count32,
  flag,
  int64,
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
import { condition, kindOf, labelSelector } from './meta.js';
import { nodeSelector } from './nodeselector.js';
import { diskSources, volumeClaimSpec } from './volume.js';

export const node = kindOf({
  spec: object({
    podCIDR: text.idle,
    podCIDRs: texts.idle,
    providerID: text,
    unschedulable: bool,
    taints: list(object({ key: text.always, value: text, effect: text.always, timeAdded: time })),
    podPreemptionPolicy: json,
    configSource: json.idle,
    externalID: text.idle,
  }),
  status: object({
    capacity: resourceList,
    allocatable: resourceList,
    phase: text.idle,
    conditions: list(condition),
    addresses: json.idle,
    daemonEndpoints: json.idle,
    nodeInfo: json.idle,
    images: list(object({ names: texts, sizeBytes: int64 })),
    volumesInUse: texts.idle,
    volumesAttached: json.idle,
    config: json.idle,
    runtimeHandlers: json.idle,
    features: json.idle,
    declaredFeatures: texts,
  }),
});

export const namespace = kindOf({ spec: json.idle, status: json.idle });

export const service = kindOf({
  spec: object({
    ports: json.idle,
    selector: textMap,
    clusterIP: text.idle,
    clusterIPs: texts.idle,
    type: text.idle,
    externalIPs: texts.idle,
    sessionAffinity: text.idle,
    loadBalancerIP: text.idle,
    loadBalancerSourceRanges: texts.idle,
    externalName: text.idle,
    externalTrafficPolicy: text.idle,
    healthCheckNodePort: json.idle,
    publishNotReadyAddresses: bool.idle,
    sessionAffinityConfig: json.idle,
    ipFamilies: texts.idle,
    ipFamilyPolicy: text.idle,
    allocateLoadBalancerNodePorts: flag.idle,
    loadBalancerClass: text.idle,
    internalTrafficPolicy: text.idle,
    trafficDistribution: text.idle,
  }),
  status: json.idle,
});

export const persistentVolumeClaim = kindOf({
  spec: volumeClaimSpec,
  status: object({
    phase: text,
    accessModes: texts.idle,
    capacity: resourceList,
    conditions: json.idle,
    allocatedResources: resourceList.idle,
    allocatedResourceStatuses: json.idle,
    currentVolumeAttributesClassName: text.idle,
    modifyVolumeStatus: json.idle,
  }),
});

export const persistentVolume = kindOf({
  spec: object({
    capacity: resourceList,
    ...diskSources,
    local: object({ path: text.always, fsType: text.given }),
    csi: object({
      driver: text.always,
      volumeHandle: text.always,
      readOnly: bool,
      fsType: text,
      volumeAttributes: textMap,
      controllerPublishSecretRef: json.idle,
      nodeStageSecretRef: json.idle,
      nodePublishSecretRef: json.idle,
      controllerExpandSecretRef: json.idle,
      nodeExpandSecretRef: json.idle,
    }),
    accessModes: texts,
    claimRef: object({
      apiVersion: text,
      kind: text,
      namespace: text,
      name: text,
      uid: text,
      resourceVersion: text.idle,
      fieldPath: text.idle,
    }),
    persistentVolumeReclaimPolicy: text,
    storageClassName: text,
    mountOptions: texts.idle,
    volumeMode: text.given,
    nodeAffinity: object({ required: nodeSelector }),
    volumeAttributesClassName: text.idle,
  }),
  status: object({
    phase: text,
    message: text.idle,
    reason: text.idle,
    lastPhaseTransitionTime: time.idle,
  }),
});

export const storageClass = kindOf({
  provisioner: text.always,
  parameters: textMap.idle,
  reclaimPolicy: text.given,
  mountOptions: texts.idle,
  allowVolumeExpansion: flag.idle,
  volumeBindingMode: text.given,
  allowedTopologies: list(
    object({
      matchLabelExpressions: list(object({ key: text.always, values: texts.always })),
    }),
  ),
});

export const csiNode = kindOf({
  spec: object({
    drivers: list(
      object({
        name: text.always,
        nodeID: text.always,
        topologyKeys: texts,
        allocatable: object({ count: count32 }),
      }),
    ).always,
  }).always,
});

export const csiDriver = kindOf({
  spec: object({
    attachRequired: flag,
    podInfoOnMount: flag.idle,
    volumeLifecycleModes: texts.idle,
    storageCapacity: flag,
    fsGroupPolicy: text.idle,
    tokenRequests: json.idle,
    requiresRepublish: flag.idle,
    seLinuxMount: flag.idle,
    nodeAllocatableUpdatePeriodSeconds: json.idle,
    preventPodSchedulingIfMissing: flag,
    serviceAccountTokenInSecrets: flag.idle,
  }).always,
});

export const csiStorageCapacity = kindOf({
  nodeTopology: labelSelector,
  storageClassName: text.always,
  capacity: quantity,
  maximumVolumeSize: quantity,
});

export const volumeAttachment = kindOf({
  spec: object({
    attacher: text.always,
    source: object({ persistentVolumeName: text.given, inlineVolumeSpec: json.idle }).always,
    nodeName: text.always,
  }).always,
  status: object({
    attached: bool.always,
    attachmentMetadata: textMap.idle,
    attachError: json.idle,
    detachError: json.idle,
  }),
});
