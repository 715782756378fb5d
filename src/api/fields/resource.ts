// Fields of resource.k8s.io: v1 (and v1beta2, which equals it), and v1beta1 and v1alpha3, which have
// flat requests and the `basic` wrapper. `k8s.io/api/resource`, Kubernetes 1.37.

import {
  bool,
  count64,
  extend,
  type Field,
  flag,
  int64,
  json,
  list,
  map,
  nullableQuantity,
  object,
  quantity,
  text,
  texts,
  time,
} from './field.js';
import { kindOf, metaCondition, objectMeta } from './meta.js';
import { nodeSelector } from './nodeselector.js';

const selectors = list(object({ cel: object({ expression: text.always }) }));

const deviceToleration = object({
  key: text,
  operator: text,
  value: text,
  effect: text,
  tolerationSeconds: count64,
});

const derivedAttribute = object({ name: text.always, expression: text.always });

// v1 prints the class name of an exact request always; v1beta1 has these fields beside the name.
const requestFields = {
  deviceClassName: text.always,
  selectors,
  allocationMode: text,
  count: int64,
  adminAccess: flag,
  tolerations: list(deviceToleration),
  capacity: object({ requests: map(quantity) }),
  derivedAttributes: list(derivedAttribute),
};

const { adminAccess: _, ...subRequestFields } = requestFields;
const subRequest = object({ name: text.always, ...subRequestFields });

const request = object({
  name: text.always,
  exactly: object(requestFields),
  firstAvailable: list(subRequest),
});

const requestBeta1 = object({
  name: text.always,
  ...requestFields,
  firstAvailable: list(subRequest),
});

const opaque = object({ driver: text.always, parameters: json.always });

const constraint = object({
  requests: texts,
  matchAttribute: text.given,
  distinctAttribute: text.given,
});

function claimSpec(requestField: Field): Field {
  return object({
    devices: object({
      requests: list(requestField).always,
      constraints: list(constraint),
      config: list(object({ requests: texts, opaque })),
    }).always,
  });
}

const claimStatus = object({
  allocation: object({
    devices: object({
      results: list(
        object({
          request: text.always,
          driver: text.always,
          pool: text.always,
          device: text.always,
          adminAccess: flag,
          tolerations: list(deviceToleration),
          bindingConditions: texts,
          bindingFailureConditions: texts,
          shareID: text.given,
          consumedCapacity: map(quantity),
          skipNodeOperations: texts,
        }),
      ),
      config: list(object({ source: text.always, requests: texts, opaque })),
    }).always,
    nodeSelector,
    allocationTimestamp: time,
  }),
  reservedFor: list(
    object({ apiGroup: text, resource: text.always, name: text.always, uid: text.always }),
  ),
  devices: list(
    object({
      driver: text.always,
      pool: text.always,
      device: text.always,
      shareID: text.given,
      conditions: list(metaCondition).always,
      data: json,
      networkData: object({ interfaceName: text, ips: texts, hardwareAddress: text }),
    }),
  ),
});

function claimKinds(requestField: Field): { claim: Field; template: Field } {
  const spec = claimSpec(requestField);
  return {
    claim: kindOf({ spec: spec.always, status: claimStatus }),
    template: kindOf({ spec: object({ metadata: objectMeta.nonzero, spec: spec.always }).always }),
  };
}

/** ResourceClaim and ResourceClaimTemplate of v1 and v1beta2. */
export const { claim: resourceClaim, template: resourceClaimTemplate } = claimKinds(request);

/** ResourceClaim and ResourceClaimTemplate of v1beta1 and v1alpha3. */
export const { claim: resourceClaimBeta1, template: resourceClaimTemplateBeta1 } =
  claimKinds(requestBeta1);

/** DeviceClass of all versions. */
export const deviceClass = kindOf({
  spec: object({ selectors, config: list(object({ opaque })), extendedResourceName: text.given })
    .always,
});

/** DeviceClass of v1alpha3, which could also choose nodes. */
export const deviceClassAlpha3 = kindOf({
  spec: object({
    selectors,
    config: list(object({ opaque })),
    extendedResourceName: text.given,
    suitableNodes: nodeSelector.idle,
  }).always,
});

const counters = map(object({ value: quantity.always }));

const taint = object({ key: text.always, value: text, effect: text.always, timeAdded: time });

const attribute = object({
  int: count64,
  bool: flag,
  string: text.given,
  version: text.given,
  ints: list(int64.always),
  bools: list(bool.always),
  strings: texts,
  versions: texts,
});

const capacity = object({
  value: quantity.always,
  requestPolicy: object({
    default: nullableQuantity.always,
    validValues: list(quantity),
    validRange: object({ min: quantity, max: quantity, step: quantity }),
  }),
});

const deviceFields = {
  attributes: map(attribute),
  capacity: map(capacity),
  consumesCounters: list(object({ counterSet: text.always, counters, compatibilityGroups: texts })),
  nodeName: text.given,
  nodeSelector,
  allNodes: flag,
  taints: list(taint),
  bindsToNode: flag,
  bindingConditions: texts,
  bindingFailureConditions: texts,
  allowMultipleAllocations: flag,
  nodeAllocatableResources: json,
};

const device = object({ name: text.always, ...deviceFields });
const deviceBeta1 = object({ name: text.always, basic: object(deviceFields) });

function sliceSpec(deviceField: Field): Field {
  return object({
    driver: text.always,
    pool: object({
      name: text.always,
      generation: int64.always,
      resourceSliceCount: int64.always,
    }).always,
    nodeName: text.given,
    nodeSelector,
    allNodes: flag,
    perDeviceNodeSelection: flag,
    devices: list(deviceField),
    sharedCounters: list(object({ name: text.always, counters })),
    skipNodeOperations: texts,
    partitionTypeAttribute: text.given,
  }).always;
}

/** ResourceSlice of v1 and v1beta2. */
export const resourceSlice = kindOf({ spec: sliceSpec(device) });

/** ResourceSlice of v1beta1 and v1alpha3. */
export const resourceSliceBeta1 = kindOf({ spec: sliceSpec(deviceBeta1) });

/** DeviceTaintRule of all versions. */
export const deviceTaintRule = kindOf({
  spec: object({
    deviceSelector: object({ driver: text.given, pool: text.given, device: text.given }),
    taint: extend(taint, {}).always,
  }).always,
  status: object({ conditions: list(metaCondition) }).idle,
});
