// Device classes that the drivers of the catalogue install, with the selectors of their Helm charts.

import type { DeviceClass } from '../api/resource.js';

function deviceClass(name: string, expression: string): DeviceClass {
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name },
    spec: { selectors: [{ cel: { expression } }] },
  };
}

const nvidia = (type: string) =>
  `device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == '${type}'`;

export const DEVICE_CLASSES: readonly DeviceClass[] = [
  deviceClass('gpu.nvidia.com', nvidia('gpu')),
  deviceClass('mig.nvidia.com', nvidia('mig')),
  deviceClass('gpu.amd.com', "device.driver == 'gpu.amd.com'"),
  deviceClass('gaudi.intel.com', "device.driver == 'gaudi.intel.com'"),
  deviceClass('dra.net', "device.driver == 'dra.net'"),
  deviceClass(
    'rdma.dra.net',
    "device.driver == 'dra.net' && device.attributes['dra.net'].rdma == true",
  ),
  deviceClass(
    'efa.networking.k8s.aws',
    "device.driver == 'dra.net' && " +
      "device.attributes['dra.net'].pciDevice == 'Elastic Fabric Adapter (EFA)'",
  ),
  deviceClass(
    'sriovnetwork.k8snetworkplumbingwg.io',
    "device.driver == 'sriovnetwork.k8snetworkplumbingwg.io'",
  ),
  deviceClass('nic.drasim.dev', "device.driver == 'nic.drasim.dev'"),
  deviceClass(
    'fpga.drasim.dev',
    "device.driver == 'fpga.drasim.dev' && device.attributes['fpga.drasim.dev'].type == 'card'",
  ),
  deviceClass(
    'region.fpga.drasim.dev',
    "device.driver == 'fpga.drasim.dev' && device.attributes['fpga.drasim.dev'].type == 'region'",
  ),
  deviceClass('sdr-ip', "device.driver == 'sdr.gradiant.org'"),
];
