// Persistent volumes over the time of a run: claims are bound to volumes that are there or that are made where their
// pod goes, and stay bound. Source: pkg/controller/volume/persistentvolume and pkg/scheduler/framework/plugins/
// volumebinding, Kubernetes 1.32 to 1.37; provisioning always succeeds here, and takes no time.

import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../api/core.js';
import { namespaceOf } from './events/pods.js';
import type { ObjectListers } from './listers.js';
import {
  BIND_COMPLETED,
  isBound,
  isDelayed,
  podVolumeClaims,
  storageClassOf,
} from './podvolumes.js';
import { bindOnNode, findVolume } from './volumebinder.js';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const ZONE = 'topology.kubernetes.io/zone';

/** The claims and volumes of a run. */
export class VolumeState {
  /** Grows with every binding. */
  version = 0;
  /** Shows them as they stand. */
  readonly listers: ObjectListers;
  private readonly claims = new Map<string, PersistentVolumeClaim>();
  private readonly volumes = new Map<string, PersistentVolume>();

  constructor(private readonly base: ObjectListers) {
    for (const volume of base.persistentVolumes()) this.volumes.set(volume.metadata.name!, volume);
    this.listers = {
      ...base,
      persistentVolumeClaim: (namespace, name) => this.claims.get(`${namespace}/${name}`),
      persistentVolumeClaims: () => [...this.claims.values()],
      persistentVolume: (name) => this.volumes.get(name),
      persistentVolumes: () => [...this.volumes.values()],
    };
    for (const claim of base.persistentVolumeClaims()) this.putClaim(this.withClass(claim));
    for (const claim of [...this.claims.values()]) {
      if (!isBound(claim) && !isDelayed(claim, this.listers)) this.bindNow(claim);
    }
  }

  /** Binds what a pod that was placed brings unbound; returns the claims that are bound now. */
  bind(pod: Pod, node: Node): readonly PersistentVolumeClaim[] {
    const claims = podVolumeClaims(pod, this.listers).flatMap(({ claim }) => claim ?? []);
    const unbound = claims.filter((claim) => !isBound(claim));
    if (unbound.length === 0) return [];
    const { bindings, provisions } = bindOnNode({ bound: [], unbound }, node, this.listers);
    for (const { claim, volume } of bindings) this.join(claim, volume);
    for (const { claim } of provisions) this.join(claim, this.provision(claim, node));
    return unbound.flatMap((claim) => {
      const now = this.claims.get(keyOf(claim))!;
      return isBound(now) ? [now] : [];
    });
  }

  /** A claim that waits for no pod is bound from the start, where a volume is there or can be made. */
  private bindNow(claim: PersistentVolumeClaim): void {
    const volume = claim.spec?.volumeName
      ? this.volumes.get(claim.spec.volumeName)
      : findVolume(claim, undefined, new Set(), this.listers);
    if (volume) this.join(claim, volume);
    else if (canMake(storageClassOf(claim, this.listers)?.provisioner)) {
      this.join(claim, this.provision(claim, undefined));
    }
  }

  private join(claim: PersistentVolumeClaim, volume: PersistentVolume): void {
    this.version++;
    const { metadata, spec } = claim;
    this.putClaim({
      ...claim,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [BIND_COMPLETED]: 'yes' } },
      spec: { ...spec, volumeName: volume.metadata.name! },
    });
    const claimRef = {
      namespace: namespaceOf(claim),
      name: metadata.name!,
      ...(metadata.uid !== undefined && { uid: metadata.uid }),
    };
    this.volumes.set(volume.metadata.name!, {
      ...volume,
      spec: { ...volume.spec, claimRef },
      status: { ...volume.status, phase: 'Bound' },
    });
  }

  /** A new volume: usable where its driver says, or else in the zone of the node. */
  private provision(claim: PersistentVolumeClaim, node: Node | undefined): PersistentVolume {
    const { spec = {}, metadata } = claim;
    const driver = storageClassOf(claim, this.listers)?.provisioner ?? '';
    const terms = node ? this.topologyOf(driver, node) : [];
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${namespaceOf(claim)}-${metadata.name}` },
      spec: {
        capacity: spec.resources?.requests ?? {},
        accessModes: spec.accessModes ?? [],
        ...(spec.storageClassName !== undefined && { storageClassName: spec.storageClassName }),
        csi: { driver, volumeHandle: `claim ${namespaceOf(claim)}/${metadata.name}` },
        ...(terms.length > 0 && {
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: terms }] } },
        }),
      },
    };
  }

  private topologyOf(driver: string, { metadata }: Node) {
    const { labels = {} } = metadata;
    const own = this.base
      .csiNode(metadata.name!)
      ?.spec.drivers?.find(({ name }) => name === driver)?.topologyKeys;
    return (own ?? [ZONE]).flatMap((key) =>
      labels[key] === undefined ? [] : [{ key, operator: 'In' as const, values: [labels[key]] }],
    );
  }

  /** A claim without a class has the default one, where there is one. */
  private withClass(claim: PersistentVolumeClaim): PersistentVolumeClaim {
    if (claim.spec?.storageClassName !== undefined) return claim;
    const preset = this.base
      .storageClasses()
      .find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
    if (!preset || claim.spec?.volumeName !== undefined) return claim;
    return { ...claim, spec: { ...claim.spec, storageClassName: preset.metadata.name! } };
  }

  private putClaim(claim: PersistentVolumeClaim): void {
    this.claims.set(keyOf(claim), claim);
  }
}

function canMake(provisioner = ''): boolean {
  return provisioner !== '' && provisioner !== 'kubernetes.io/no-provisioner';
}

function keyOf(claim: PersistentVolumeClaim): string {
  return `${namespaceOf(claim)}/${claim.metadata.name}`;
}
