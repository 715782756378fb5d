// Fields of a pod's volumes: `k8s.io/api/core/v1`, Kubernetes 1.37. Only claims, CSI and the sources
// that may not be shared matter to scheduling.

import {
  bool,
  count32,
  count64,
  type Field,
  flag,
  int32,
  json,
  list,
  object,
  quantity,
  resourceList,
  text,
  textMap,
  texts,
} from './field.js';
import { labelSelector, localReference, objectMeta } from './meta.js';

const keyToPath = object({ key: text.always, path: text.always, mode: count32 });

const secretReference = object({ name: text, namespace: text });

/** A PersistentVolumeClaim's spec, also in templates of volumes. */
export const volumeClaimSpec = object({
  accessModes: texts,
  selector: labelSelector,
  resources: object({ limits: resourceList, requests: resourceList }).always,
  volumeName: text,
  storageClassName: text.given,
  volumeMode: text.given,
  dataSource: json.idle,
  dataSourceRef: json.idle,
  volumeAttributesClassName: text.given.idle,
});

const downwardItem = object({
  path: text.always,
  fieldRef: object({ apiVersion: text, fieldPath: text.always }),
  resourceFieldRef: object({ containerName: text, resource: text.always, divisor: quantity }),
  mode: count32,
});

const projection = object({
  secret: object({ name: text, items: list(keyToPath), optional: flag }),
  downwardAPI: object({ items: list(downwardItem) }),
  configMap: object({ name: text, items: list(keyToPath), optional: flag }),
  serviceAccountToken: object({
    audience: text,
    expirationSeconds: count64,
    path: text.always,
  }),
  clusterTrustBundle: object({
    name: text.given,
    signerName: text.given,
    labelSelector,
    optional: flag,
    path: text.always,
  }),
  podCertificate: json,
});

/** Sources that pods and persistent volumes share, with the fields that both have. */
export const diskSources: Readonly<Record<string, Field>> = {
  hostPath: object({ path: text.always, type: text.given }).idle,
  gcePersistentDisk: object({
    pdName: text.always,
    fsType: text,
    partition: int32,
    readOnly: bool,
  }),
  awsElasticBlockStore: object({
    volumeID: text.always,
    fsType: text,
    partition: int32,
    readOnly: bool,
  }),
  nfs: object({ server: text.always, path: text.always, readOnly: bool }).idle,
  iscsi: object({
    targetPortal: text.always,
    iqn: text.always,
    lun: int32.always,
    iscsiInterface: text,
    fsType: text,
    readOnly: bool,
    portals: texts,
    chapAuthDiscovery: bool,
    chapAuthSession: bool,
    secretRef: secretReference,
    initiatorName: text.given,
  }),
  rbd: object({
    monitors: texts.always,
    image: text.always,
    fsType: text,
    pool: text,
    user: text,
    keyring: text,
    secretRef: secretReference,
    readOnly: bool,
  }),
  azureDisk: object({
    diskName: text.always,
    diskURI: text.always,
    cachingMode: text.given,
    fsType: text.given,
    readOnly: flag,
    kind: text.given,
  }),
  glusterfs: json.idle,
  cinder: json.idle,
  cephfs: json.idle,
  flocker: json.idle,
  fc: json.idle,
  azureFile: json.idle,
  flexVolume: json.idle,
  vsphereVolume: json.idle,
  quobyte: json.idle,
  photonPersistentDisk: json.idle,
  portworxVolume: json.idle,
  scaleIO: json.idle,
  storageos: json.idle,
};

/** A volume of a pod. */
export const volume = object({
  name: text.always,
  emptyDir: object({ medium: text, sizeLimit: quantity }).idle,
  secret: object({
    secretName: text,
    items: list(keyToPath),
    defaultMode: count32,
    optional: flag,
  }).idle,
  persistentVolumeClaim: object({ claimName: text.always, readOnly: bool }),
  downwardAPI: object({ items: list(downwardItem), defaultMode: count32 }).idle,
  configMap: object({
    name: text,
    items: list(keyToPath),
    defaultMode: count32,
    optional: flag,
  }).idle,
  projected: object({ sources: list(projection).always, defaultMode: count32 }).idle,
  gitRepo: json.idle,
  ...diskSources,
  csi: object({
    driver: text.always,
    readOnly: flag,
    fsType: text.given,
    volumeAttributes: textMap,
    nodePublishSecretRef: localReference,
  }),
  ephemeral: object({
    volumeClaimTemplate: object({
      metadata: objectMeta.nonzero,
      spec: volumeClaimSpec.always,
    }),
  }),
  image: object({ reference: text, pullPolicy: text }),
});
