// Network devices as their drivers publish them.

import type { Device, DeviceAttribute } from '../api/resource.js';
import type { NicModel } from './nics.js';
import { addressName, pciAttributes, rootAttribute, type Seat } from './seat.js';

/**
 * A network device.
 *
 * @param cloud - attributes that dranet takes from the cloud's metadata, for example the machine type
 */
export function publishNic(
  model: NicModel,
  seat: Seat,
  cloud: Readonly<Record<string, string>> = {},
): Device {
  if (model.driver === 'nic.drasim.dev') return publishSharedNic(model, seat);
  if (model.driver === 'sriovnetwork.k8snetworkplumbingwg.io') return publishVf(model, seat);
  return {
    name: `pci-${addressName(seat)}`,
    attributes: {
      ...strings(cloud),
      ...interfaceAttributes(model, seat),
      'dra.net/numaNode': { int: seat.numa },
      'dra.net/pciAddress': { string: seat.pciAddress },
      'dra.net/pciDevice': { string: model.product },
      ...(model.subsystem && { 'dra.net/pciSubsystem': { string: model.subsystem } }),
      'dra.net/pciVendor': { string: model.vendor },
      'dra.net/rdma': { bool: model.rdma },
      ...(model.rdmaName && { 'dra.net/rdmaDevice': { string: rdmaDevice(model.rdmaName, seat) } }),
      'resource.kubernetes.io/numaNode': { int: seat.numa },
      ...rootAttribute(seat),
    },
  };
}

const strings = (texts: Readonly<Record<string, string>>): Record<string, DeviceAttribute> =>
  Object.fromEntries(Object.entries(texts).map(([name, string]) => [name, { string }]));

/** What dranet reads of the network interface; addresses of one particular node are left out. */
function interfaceAttributes(model: NicModel, seat: Seat): Record<string, DeviceAttribute> {
  const { netdev } = model;
  if (!netdev) return {};
  return {
    'dra.net/ifName': { string: `${netdev.prefix}${seat.index}` },
    'dra.net/mtu': { int: netdev.mtu },
    'dra.net/sriov': { bool: netdev.sriovVfs !== undefined },
    ...(netdev.sriovVfs !== undefined && { 'dra.net/sriovVfs': { int: netdev.sriovVfs } }),
    'dra.net/state': { string: 'up' },
    'dra.net/type': { string: 'device' },
    'dra.net/virtual': { bool: false },
  };
}

/** The kernel numbers `mlx5_0`, `mlx5_1`, ...; EFA devices carry bus and slot: `rdmap16s27`. */
function rdmaDevice(name: NonNullable<NicModel['rdmaName']>, seat: Seat): string {
  if (name !== 'rdmap') return `${name}${seat.index}`;
  const [, bus, slot] = seat.pciAddress.split(/[:.]/).map((part) => Number.parseInt(part, 16));
  return `rdmap${bus}s${slot}`;
}

function publishSharedNic(model: NicModel, seat: Seat): Device {
  return {
    name: `nic-${seat.index}`,
    attributes: { product: { string: model.product }, ...pciAttributes(seat) },
    capacity: {
      bandwidth: {
        value: '100',
        requestPolicy: { default: '1', validRange: { min: '1', max: '100', step: '1' } },
      },
    },
    allowMultipleAllocations: true,
  };
}

/** A virtual function of SR-IOV; its number counts within the physical function, one of which a root has. */
function publishVf(model: NicModel, seat: Seat): Device {
  const physical = seat.pciAddress.replace(/[^:]*$/, '00.0');
  return {
    name: addressName(seat),
    attributes: {
      deviceID: { string: model.product },
      EswitchMode: { string: 'legacy' },
      linkType: { string: 'ethernet' },
      pciAddress: { string: seat.pciAddress },
      pfDeviceID: { string: model.physicalProduct! },
      PFName: { string: `eth${seat.numa}` },
      pfPciAddress: { string: physical },
      rdmaCapable: { bool: model.rdma },
      vendor: { string: model.vendor },
      vfID: { int: seat.position },
      'dra.net/numaNode': { int: seat.numa },
      'k8s.cni.cncf.io/deviceID': { string: seat.pciAddress },
      'resource.kubernetes.io/pciBusID': { string: seat.pciAddress },
      ...rootAttribute(seat),
    },
  };
}
