// Core objects that scheduling reads: Pod, Node, Namespace, Service, ReplicationController and volumes.
// Follows `k8s.io/api/core/v1` of Kubernetes 1.37. Fields without effect on scheduling have no type
// here; decoding lists them instead (see manifest tables).

import type {
  Condition,
  JsonValue,
  LabelSelector,
  ObjectMeta,
  ResourceList,
  StringMap,
} from './meta.js';

/** A pod: what is scheduled. */
export interface Pod {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** What a controller creates pods from. */
export interface PodTemplateSpec {
  readonly metadata?: ObjectMeta;
  readonly spec: PodSpec;
}

/** What a pod asks for. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly nodeSelector?: StringMap;
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly hostUsers?: boolean;
  readonly affinity?: Affinity;
  readonly schedulerName?: string;
  readonly tolerations?: readonly Toleration[];
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly preemptionPolicy?: string;
  readonly overhead?: ResourceList;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly schedulingGates?: readonly PodSchedulingGate[];
  readonly resourceClaims?: readonly PodResourceClaim[];
  readonly resources?: ResourceRequirements;
  readonly os?: { readonly name: string };
  /** The pod group that the pod belongs to (1.36 and newer). */
  readonly schedulingGroup?: { readonly podGroupName?: string };
  /** The workload that the pod belongs to (1.35). */
  readonly workloadRef?: WorkloadReference;
}

/** A pod's link to a Workload (1.35 only). */
export interface WorkloadReference {
  readonly name: string;
  readonly podGroup: string;
  readonly podGroupReplicaKey?: string;
}

/** A container or, under `initContainers`, an init container (a sidecar with restartPolicy Always). */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly ports?: readonly ContainerPort[];
  readonly resources?: ResourceRequirements;
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: readonly { readonly action?: string }[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}

/** A port that a container opens; only `hostPort` matters to scheduling. */
export interface ContainerPort {
  readonly name?: string;
  readonly hostPort?: number;
  readonly containerPort: number;
  readonly protocol?: string;
  readonly hostIP?: string;
}

/** Requests, limits and the claims that a container uses. */
export interface ResourceRequirements {
  readonly limits?: ResourceList;
  readonly requests?: ResourceList;
  readonly claims?: readonly ContainerResourceClaim[];
}

/** A container's use of one entry of `spec.resourceClaims`, or of one request of it. */
export interface ContainerResourceClaim {
  readonly name: string;
  readonly request?: string;
}

/** A claim of a pod: an existing one or a template to make one from. */
export interface PodResourceClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
  /** The name of an entry of the pod group's claims (1.36 and newer, gate DRAWorkloadResourceClaims). */
  readonly podGroupResourceClaim?: string;
}

/** Keeps a pod out of the queue while it stands. */
export interface PodSchedulingGate {
  readonly name: string;
}

/** Where a pod may or would rather run. */
export interface Affinity {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
}

/** Node affinity: required terms and weighted preferences. */
export interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
}

/** Nodes that match at least one term. */
export interface NodeSelector {
  readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
}

/** Requirements that all hold; without any the term matches nothing. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

/** One requirement: `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`. */
export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A preference for nodes, weight 1 to 100. */
export interface PreferredSchedulingTerm {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

/** Inter-pod affinity or anti-affinity. */
export interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
}

/** Pods to be near to or away from, and the topology that says what near is. */
export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey: string;
  readonly namespaceSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** A preferred term, weight 1 to 100. */
export interface WeightedPodAffinityTerm {
  readonly weight: number;
  readonly podAffinityTerm: PodAffinityTerm;
}

/** Spreads pods over the domains of a topology. */
export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly matchLabelKeys?: readonly string[];
}

/** Lets a pod run on nodes with a taint. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Keeps pods off a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

/** A volume of a pod; sources that scheduling does not read are not typed. */
export interface Volume {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly ephemeral?: {
    readonly volumeClaimTemplate?: {
      readonly metadata?: ObjectMeta;
      readonly spec: PersistentVolumeClaimSpec;
    };
  };
  readonly gcePersistentDisk?: { readonly pdName: string; readonly readOnly?: boolean };
  readonly awsElasticBlockStore?: { readonly volumeID: string; readonly readOnly?: boolean };
  readonly azureDisk?: { readonly diskName: string; readonly diskURI: string };
  readonly rbd?: {
    readonly monitors: readonly string[];
    readonly image: string;
    readonly pool?: string;
    readonly readOnly?: boolean;
  };
  readonly iscsi?: {
    readonly targetPortal: string;
    readonly iqn: string;
    readonly lun: number;
    readonly readOnly?: boolean;
  };
  readonly csi?: { readonly driver: string; readonly readOnly?: boolean };
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string };
}

/** What is known about a pod. */
export interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly nominatedNodeName?: string;
  readonly startTime?: string;
  readonly qosClass?: string;
  readonly resize?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly resourceClaimStatuses?: readonly PodResourceClaimStatus[];
  readonly extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  readonly allocatedResources?: ResourceList;
  readonly resources?: ResourceRequirements;
}

/** What a container was given; in-place resize reads it. */
export interface ContainerStatus {
  readonly name: string;
  readonly allocatedResources?: ResourceList;
  readonly resources?: ResourceRequirements;
}

/** The claim made from a template for one entry of `spec.resourceClaims`. */
export interface PodResourceClaimStatus {
  readonly name: string;
  readonly resourceClaimName?: string;
}

/** The claim that backs a pod's extended resources (KEP-5004). */
export interface PodExtendedResourceClaimStatus {
  readonly resourceClaimName: string;
  readonly requestMappings: readonly {
    readonly containerName: string;
    readonly resourceName: string;
    readonly requestName: string;
  }[];
}

/** A machine. */
export interface Node {
  readonly apiVersion: 'v1';
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec?: NodeSpec;
  readonly status?: NodeStatus;
}

/** What is wanted of a node. */
export interface NodeSpec {
  readonly providerID?: string;
  readonly podCIDR?: string;
  readonly unschedulable?: boolean;
  readonly taints?: readonly Taint[];
  /** Alpha in 1.37; only whether it changed matters. */
  readonly podPreemptionPolicy?: JsonValue;
}

/** What a node has. */
export interface NodeStatus {
  readonly capacity?: ResourceList;
  readonly allocatable?: ResourceList;
  readonly conditions?: readonly Condition[];
  readonly images?: readonly ContainerImage[];
  readonly declaredFeatures?: readonly string[];
}

/** An image that a node holds. */
export interface ContainerImage {
  readonly names?: readonly string[];
  readonly sizeBytes?: number;
}

/** A namespace; its labels matter to pod affinity and admin access. */
export interface Namespace {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: ObjectMeta;
}

/** A service; its selector gives pods their default spreading. */
export interface Service {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly selector?: StringMap };
}

/** The oldest controller; read for default spreading. */
export interface ReplicationController {
  readonly apiVersion: 'v1';
  readonly kind: 'ReplicationController';
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: StringMap;
    readonly template?: PodTemplateSpec;
  };
}

/** A request for a volume. */
export interface PersistentVolumeClaim {
  readonly apiVersion: 'v1';
  readonly kind: 'PersistentVolumeClaim';
  readonly metadata: ObjectMeta;
  readonly spec?: PersistentVolumeClaimSpec;
  readonly status?: { readonly phase?: string; readonly capacity?: ResourceList };
}

/** What a volume must be. */
export interface PersistentVolumeClaimSpec {
  readonly accessModes?: readonly string[];
  readonly selector?: LabelSelector;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
  readonly volumeName?: string;
  readonly storageClassName?: string;
  readonly volumeMode?: string;
}

/** A volume. */
export interface PersistentVolume {
  readonly apiVersion: 'v1';
  readonly kind: 'PersistentVolume';
  readonly metadata: ObjectMeta;
  readonly spec?: PersistentVolumeSpec;
  readonly status?: { readonly phase?: string };
}

/** What a volume is and where it can be used. */
export interface PersistentVolumeSpec {
  readonly capacity?: ResourceList;
  readonly accessModes?: readonly string[];
  readonly claimRef?: ObjectReference;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly csi?: { readonly driver: string; readonly volumeHandle: string };
  readonly gcePersistentDisk?: { readonly pdName: string };
  readonly awsElasticBlockStore?: { readonly volumeID: string };
  readonly azureDisk?: { readonly diskName: string; readonly diskURI: string };
  readonly rbd?: { readonly monitors: readonly string[]; readonly image: string };
  readonly local?: { readonly path: string };
  readonly hostPath?: { readonly path: string };
}

/** Names another object. */
export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
}
