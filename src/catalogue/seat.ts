// Where a device sits in its machine, and what follows from that: bus attributes, stable identities.

import { createHash } from 'node:crypto';
import type { DeviceAttribute } from '../api/resource.js';

/** Where a device sits. */
export interface Seat {
  readonly nodeName: string;
  /** Number among the devices of its driver on the node. */
  readonly index: number;
  /** Number among the devices of its driver behind the same root. */
  readonly position: number;
  /** `0000:10:1c.0`: domain, bus, device, function. */
  readonly pciAddress: string;
  /** Absent for virtual functions on a bus that the hypervisor made up. */
  readonly pcieRoot?: string;
  readonly numa: number;
}

/** Attributes with standard names that tell the place of a device on the PCI bus. */
export function pciAttributes(seat: Seat): Record<string, DeviceAttribute> {
  return {
    'resource.kubernetes.io/numaNode': { int: seat.numa },
    'resource.kubernetes.io/pciBusID': { string: seat.pciAddress },
    ...rootAttribute(seat),
  };
}

/** The PCIe root, where there is one. */
export function rootAttribute({ pcieRoot }: Seat): Record<string, DeviceAttribute> {
  if (pcieRoot === undefined) return {};
  return { 'resource.kubernetes.io/pcieRoot': { string: pcieRoot } };
}

/** The address as drivers put it into device names: `0000-10-1c-0`. */
export function addressName({ pciAddress }: Seat): string {
  return pciAddress.replaceAll(/[:.]/g, '-');
}

/** Hexadecimal digits that only node and index decide. */
export function digest(seat: Seat, kind: string): string {
  return createHash('sha256').update(`${kind}/${seat.nodeName}/${seat.index}`).digest('hex');
}
