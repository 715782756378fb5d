// Addresses in CIDR form as the API server takes them today: canonical texts such as 10.9.8.7/24.
// Follows apimachinery `util/validation/ip.go` of Kubernetes 1.37.

/** Whether a text is an address with a prefix length, without leading zeros or mapped addresses. */
export function isCidr(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return false;
  const address = text.slice(0, slash);
  const length = text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length)) return false;
  if (isIpv4(address)) return Number(length) <= 32;
  return isCanonicalIpv6(address) && Number(length) <= 128;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 &&
    parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function isCanonicalIpv6(text: string): boolean {
  const groups = parseIpv6(text);
  return groups !== undefined && formatIpv6(groups) === text;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const parts = [...head!, ...(tail ?? [])];
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
  const missing = 8 - parts.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const zeros = tail === undefined ? [] : new Array<string>(missing).fill('0');
  return [...head!, ...zeros, ...(tail ?? [])].map((part) => Number.parseInt(part, 16));
}

// The longest run of two or more zero groups, the first of equals, becomes `::`.
function formatIpv6(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let index = 0; index < 8; index++) {
    let end = index;
    while (end < 8 && groups[end] === 0) end++;
    if (end - index > length) {
      start = index;
      length = end - index;
    }
  }
  const text = (list: readonly number[]) => list.map((group) => group.toString(16)).join(':');
  if (start < 0) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}
