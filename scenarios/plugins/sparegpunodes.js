// Keeps nodes with free devices for pods that want devices: a filter and a score in few lines.
// Types: import('drasim').UserPlugin. Asked once a shape of pods and change of a node, never at random.

/** @type {import('drasim').UserPlugin} */
export default {
  name: 'SpareGpuNodes',

  /** Pods with the label `spare: never` stay off nodes with devices altogether. */
  filter(pod, { devices }) {
    if (pod.metadata.labels?.spare !== 'never' || devices.length === 0) return undefined;
    return 'node(s) had devices, which the pod must leave to others';
  },

  /** Pods without claims rank nodes by how few free devices they have; all nodes are alike to others. */
  score(pod, { devices }) {
    if ((pod.spec.resourceClaims ?? []).length > 0) return 0;
    const free = devices.filter(({ isFree }) => isFree).length;
    return Math.max(0, 100 - 12 * free);
  },
};
