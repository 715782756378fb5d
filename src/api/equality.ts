// Whether two API values mean the same: what is absent, null or empty is one and the same.
// Follows apimachinery `api/equality` Semantic.DeepEqual of Kubernetes 1.37.

/** Compares two values of an API object; texts of amounts compare as texts. */
export function semanticallyEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => semanticallyEqual(item, right[index]));
  }
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  const fields = new Set([...Object.keys(left as object), ...Object.keys(right as object)]);
  return [...fields].every((field) =>
    semanticallyEqual(
      (left as Record<string, unknown>)[field],
      (right as Record<string, unknown>)[field],
    ),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
