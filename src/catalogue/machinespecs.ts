// Whole machines: processors, memory, and which devices hang on which PCIe root and NUMA node. Facts:
// captured nodes (p4d, GB200, GB300, MI300X NICs), cloud providers' and makers' documents; README.md says
// which machine is which. Roots of machines that were not captured are plausible names, not addresses.

/** A device at a known PCI address. */
export interface PlacedDevice {
  readonly device: string;
  readonly address: string;
}

/** Devices on one PCIe root, by catalogue name; addresses are counted up where none is known. */
export interface PcieRoot {
  /** Absent for virtual functions on a bus that the hypervisor made up. */
  readonly root?: string;
  readonly numa: number;
  readonly devices: readonly (string | PlacedDevice)[];
}

export interface MachineSpec {
  readonly about: string;
  readonly cpu: number;
  readonly memoryGib: number;
  readonly roots: readonly PcieRoot[];
  /** Fabric domain that so many such nodes share, for example NVLink over the 18 trays of a rack. */
  readonly fabric?: { readonly name: string; readonly nodes: number };
  readonly instanceType?: string;
  /** `amd64` unless said. */
  readonly arch?: 'arm64';
  /** What dranet adds to every NIC from the cloud's metadata. */
  readonly nicAttributes?: Readonly<Record<string, string>>;
  readonly source: string;
}

/** The same devices behind each of several roots, the first half on NUMA node 0. */
function evenRoots(names: readonly string[], devices: readonly string[]): PcieRoot[] {
  return names.map((root, index) => ({ root, numa: index < names.length / 2 ? 0 : 1, devices }));
}

const repeat = (device: string, count: number) => Array.from({ length: count }, () => device);

/** Two root complexes with four GPUs and four NICs each. */
function twoComplexes(gpu: string, nic: string): PcieRoot[] {
  return evenRoots(['pci0000:00', 'pci0000:80'], [...repeat(gpu, 4), ...repeat(nic, 4)]);
}

const at = (device: string, address: string): PlacedDevice => ({ device, address });

/** Virtual functions as Azure shows them: each alone in a PCI domain, without a root. */
function azureNics(nic: string, count: number): PcieRoot[] {
  const domains = Array.from({ length: count }, (_, index) => `010${index + 1}`);
  return [0, 1].map((numa) => ({
    numa,
    devices: domains
      .filter((_, index) => (index < count / 2 ? 0 : 1) === numa)
      .map((domain) => at(nic, `${domain}:00:00.0`)),
  }));
}

/** A root of p4d: its ENA sits at slot 1, but the first is the node's own interface and not published. */
function p4dRoot(bus: string, numa: number, isFirst: boolean): PcieRoot {
  const address = (slot: string) => `0000:${bus}:${slot}.0`;
  return {
    root: `pci0000:${bus}`,
    numa,
    devices: [
      ...(isFirst ? [] : [at('ena', address('01'))]),
      at('efa', address('1b')),
      at('a100-40gb', address('1c')),
      at('a100-40gb', address('1d')),
    ],
  };
}

/** A dual-port card at bus 3 of a PCI domain of its own. */
function gb200Nics(domain: string, numa: number): PcieRoot {
  const devices = ['0', '1'].map((port) => at('connectx-8', `${domain}:03:00.${port}`));
  return { root: `pci${domain}:00`, numa, devices };
}

/** Four GPUs, each at bus 6 of a PCI domain of its own. */
function graceGpus(gpu: string): PcieRoot[] {
  return ['0008', '0009', '0018', '0019'].map((domain, index) => ({
    root: `pci${domain}:00`,
    numa: index < 2 ? 0 : 1,
    devices: [at(gpu, `${domain}:06:00.0`)],
  }));
}

const EIGHT_ROOTS = [0x10, 0x20, 0x30, 0x40, 0x90, 0xa0, 0xb0, 0xc0].map(
  (bus) => `pci0000:${bus.toString(16)}`,
);

/** A rack of Grace Blackwell machines: 18 trays behind one NVLink switch system. */
const NVL72 = { name: 'nvl72', nodes: 18 };

export const MACHINES: Readonly<Record<string, MachineSpec>> = {
  'dgx-a100': {
    about: 'NVIDIA DGX A100, 8x A100 80GB, 8x ConnectX-6',
    cpu: 256,
    memoryGib: 2048,
    roots: twoComplexes('a100-80gb', 'connectx-6'),
    source: 'data sheet; roots of the mock DGX A100 of k8s-test-infra',
  },
  'dgx-h100': {
    about: 'NVIDIA DGX H100, 8x H100 80GB, 8x ConnectX-7',
    cpu: 224,
    memoryGib: 2048,
    roots: twoComplexes('h100-80gb', 'connectx-7'),
    source: 'data sheet; roots of the mock HGX H100 of k8s-test-infra',
  },
  'dgx-b200': {
    about: 'NVIDIA DGX B200, 8x B200 180GB, 8x ConnectX-7',
    cpu: 224,
    memoryGib: 2048,
    roots: twoComplexes('b200-180gb', 'connectx-7'),
    source: 'data sheet; roots as DGX H100',
  },
  'hgx-h200': {
    about: 'HGX H200 server, 8x H200 141GB, 8x BlueField-3',
    cpu: 192,
    memoryGib: 2048,
    roots: evenRoots(EIGHT_ROOTS, ['h200-141gb', 'bluefield-3']),
    source: 'data sheet; one root a GPU as on p5.48xlarge',
  },
  'p4d.24xlarge': {
    about: 'AWS p4d.24xlarge, 8x A100 40GB, 4x EFA, 3x ENA beside its own interface',
    cpu: 96,
    memoryGib: 1152,
    roots: ['10', '20', '90', 'a0'].map((bus, index) =>
      p4dRoot(bus, index < 2 ? 0 : 1, index === 0),
    ),
    instanceType: 'p4d.24xlarge',
    source: 'captured',
  },
  'p5.48xlarge': {
    about: 'AWS p5.48xlarge, 8x H100 80GB, 32x EFA',
    cpu: 192,
    memoryGib: 2048,
    roots: evenRoots(EIGHT_ROOTS, ['h100-80gb', ...repeat('efa', 4)]),
    instanceType: 'p5.48xlarge',
    source: 'AWS documents: 4 EFA and 1 GPU a root',
  },
  'a3-megagpu-8g': {
    about: 'Google a3-megagpu-8g, 8x H100 80GB, 9x gVNIC',
    cpu: 208,
    memoryGib: 1872,
    roots: evenRoots(
      ['pci0000:00', 'pci0000:40', 'pci0000:80', 'pci0000:c0'],
      ['h100-80gb', 'h100-80gb', 'gvnic', 'gvnic'],
    ).map((root, index) => (index === 0 ? { ...root, devices: [...root.devices, 'gvnic'] } : root)),
    instanceType: 'a3-megagpu-8g',
    source: 'Google Cloud documents',
  },
  'nd-h100-v5': {
    about: 'Azure ND96isr_H100_v5, 8x H100 80GB, 8x ConnectX-7 VF',
    cpu: 96,
    memoryGib: 1900,
    roots: [...evenRoots(EIGHT_ROOTS, ['h100-80gb']), ...azureNics('connectx-7-vf', 8)],
    instanceType: 'Standard_ND96isr_H100_v5',
    nicAttributes: { 'azure.dra.net/vmSize': 'Standard_ND96isr_H100_v5' },
    source: 'Azure documents; NICs as on ND96isr_MI300X_v5',
  },
  'nd-mi300x-v5': {
    about: 'Azure ND96isr_MI300X_v5, 8x MI300X, 8x ConnectX-7 VF',
    cpu: 96,
    memoryGib: 1850,
    roots: [...evenRoots(EIGHT_ROOTS, ['mi300x']), ...azureNics('connectx-7-vf', 8)],
    instanceType: 'Standard_ND96isr_MI300X_v5',
    nicAttributes: { 'azure.dra.net/vmSize': 'Standard_ND96isr_MI300X_v5' },
    source: 'captured NICs; Azure documents',
  },
  'nd-gb300-v6': {
    about: 'Azure ND128isr_GB300_v6, 4x GB300, 4x ConnectX-8 VF, NVLink over 18 trays',
    cpu: 128,
    memoryGib: 900,
    roots: [...graceGpus('gb300'), ...azureNics('connectx-8-vf', 4)],
    fabric: NVL72,
    instanceType: 'Standard_ND128isr_GB300_v6',
    arch: 'arm64',
    nicAttributes: { 'azure.dra.net/vmSize': 'Standard_ND128isr_GB300_v6' },
    source: 'captured devices; size assumed',
  },
  'gb200-nvl72-tray': {
    about: 'One tray of GB200 NVL72: 4x GB200, 8x ConnectX-8 ports, NVLink over 18 trays',
    cpu: 144,
    memoryGib: 960,
    roots: [
      gb200Nics('0000', 0),
      gb200Nics('0002', 0),
      gb200Nics('0010', 1),
      gb200Nics('0012', 1),
      ...graceGpus('gb200'),
    ],
    fabric: NVL72,
    arch: 'arm64',
    source: 'captured devices (OCI BM.GPU.GB200-v3.4); data sheet',
  },
  'gaudi3-server': {
    about: 'Server with 8x Gaudi3',
    cpu: 160,
    memoryGib: 1024,
    roots: evenRoots(EIGHT_ROOTS, ['gaudi3']),
    source: 'general knowledge: 8 a server',
  },
  'l40s-server': {
    about: 'Server with 8x L40S and 2x ConnectX-7',
    cpu: 128,
    memoryGib: 1024,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], [...repeat('l40s', 4), 'connectx-7']),
    source: 'mock profile: 8 a node',
  },
  'l4-server': {
    about: 'Inference server with 4x L4',
    cpu: 64,
    memoryGib: 256,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('l4', 2)),
    source: 'general knowledge',
  },
  't4-server': {
    about: 'Inference server with 4x T4',
    cpu: 96,
    memoryGib: 384,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('t4', 2)),
    source: 'openb: 4 T4, 96 CPUs, 384 GiB',
  },
  'v100-server': {
    about: 'Server with 8x V100 32GB',
    cpu: 96,
    memoryGib: 768,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('v100', 4)),
    source: 'openb: 8 V100M32, 96 CPUs, 768 GiB',
  },
  'p100-server': {
    about: 'Server with 2x P100',
    cpu: 64,
    memoryGib: 256,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], ['p100']),
    source: 'openb: 2 P100, 64 CPUs, 256 GiB',
  },
  'a10-server': {
    about: 'Server with 1x A10',
    cpu: 128,
    memoryGib: 1024,
    roots: [{ root: 'pci0000:00', numa: 0, devices: ['a10'] }],
    source: 'openb: 1 A10, 128 CPUs, 1024 GiB',
  },
  'dlrm-gpu-server': {
    about: 'GPU side of disaggregated recommendation: 8x A10, 2x shared RDMA NIC',
    cpu: 128,
    memoryGib: 1024,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], [...repeat('a10', 4), 'rdma-shared']),
    source: 'assumed: the trace has no node list',
  },
  'dlrm-cpu-server': {
    about: 'CPU side of disaggregated recommendation: 2x shared RDMA NIC',
    cpu: 192,
    memoryGib: 1024,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], ['rdma-shared']),
    source: 'assumed: the trace has no node list',
  },
  'sriov-host': {
    about: 'Host with 16 SR-IOV virtual functions',
    cpu: 64,
    memoryGib: 256,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('sriov-vf', 8)),
    source: 'driver documents; size assumed',
  },
  'irdma-host': {
    about: 'Host with 4 IRDMA functions',
    cpu: 96,
    memoryGib: 384,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('irdma', 2)),
    source: 'driver documents; size assumed',
  },
  'cpu-server': {
    about: 'Server without devices',
    cpu: 96,
    memoryGib: 384,
    roots: [],
    source: 'openb: 96 CPUs, 384 GiB',
  },
  'f1.16xlarge': {
    about: 'AWS f1.16xlarge, 8x VU9P',
    cpu: 64,
    memoryGib: 976,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('aws-vu9p', 4)),
    instanceType: 'f1.16xlarge',
    source: 'AWS documents',
  },
  'f2.48xlarge': {
    about: 'AWS f2.48xlarge, 8x VU47P',
    cpu: 192,
    memoryGib: 2048,
    roots: evenRoots(['pci0000:00', 'pci0000:80'], repeat('aws-vu47p', 4)),
    instanceType: 'f2.48xlarge',
    source: 'AWS documents',
  },
  'fpga-host': {
    about: 'Host with 2x Alveo U250, 2x U280, 2x U55C, 1x VCK5000, 1x Agilex 7',
    cpu: 64,
    memoryGib: 512,
    roots: [
      {
        root: 'pci0000:00',
        numa: 0,
        devices: ['alveo-u250', 'alveo-u280', 'alveo-u55c', 'versal-vck5000'],
      },
      {
        root: 'pci0000:80',
        numa: 1,
        devices: ['alveo-u250', 'alveo-u280', 'alveo-u55c', 'agilex-7'],
      },
    ],
    source: 'assumed',
  },
  'sdr-host': {
    about: 'Host of two USRP X310 software radios',
    cpu: 32,
    memoryGib: 128,
    roots: [{ root: 'pci0000:00', numa: 0, devices: repeat('ettus-x310', 2) }],
    source: 'assumed; attribute names captured',
  },
};
