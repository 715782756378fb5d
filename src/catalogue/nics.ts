// Network devices as DRANET, the SR-IOV driver and a simulated driver of shared RDMA NICs publish them.
// Facts: captured slices (AWS p4d, Azure, OCI), drivers' documents, makers' data sheets.

/** What is published of one model of NIC or virtual function. */
export interface NicModel {
  readonly driver: 'dra.net' | 'sriovnetwork.k8snetworkplumbingwg.io' | 'nic.drasim.dev';
  readonly vendor: string;
  readonly product: string;
  readonly rdma: boolean;
  /** Link speed; no driver publishes it. */
  readonly speedGbps: number;
  readonly subsystem?: string;
  /** Device id of the physical function, of virtual functions. */
  readonly physicalProduct?: string;
  /** How the kernel names its RDMA device; absent where dranet does not publish one. */
  readonly rdmaName?: 'mlx5_' | 'irdma' | 'rdmap';
  /** Its network interface, where it has one; `sriovVfs` where it could be split. */
  readonly netdev?: {
    readonly prefix: string;
    readonly mtu: number;
    readonly sriovVfs?: number;
  };
  /** Several claims may hold shares of its bandwidth, in percent. */
  readonly shared?: boolean;
  readonly source: string;
}

const MELLANOX = 'Mellanox Technologies';

export const NICS: Readonly<Record<string, NicModel>> = {
  'connectx-6': {
    driver: 'dra.net',
    vendor: MELLANOX,
    product: 'MT28908 Family [ConnectX-6]',
    rdma: true,
    speedGbps: 200,
    rdmaName: 'mlx5_',
    source: 'mock DGX A100 of k8s-test-infra',
  },
  'connectx-7': {
    driver: 'dra.net',
    vendor: MELLANOX,
    product: 'MT2910 Family [ConnectX-7]',
    rdma: true,
    speedGbps: 400,
    rdmaName: 'mlx5_',
    source: 'mock HGX H100 of k8s-test-infra',
  },
  'connectx-7-vf': {
    driver: 'dra.net',
    vendor: MELLANOX,
    product: 'ConnectX Family mlx5Gen Virtual Function',
    rdma: true,
    speedGbps: 400,
    subsystem: '0101',
    rdmaName: 'mlx5_',
    source: 'captured (Azure MI300X)',
  },
  'connectx-8-vf': {
    driver: 'dra.net',
    vendor: MELLANOX,
    product: 'ConnectX Family mlx5Gen Virtual Function',
    rdma: true,
    speedGbps: 800,
    subsystem: '0240',
    rdmaName: 'mlx5_',
    source: 'captured (Azure GB300)',
  },
  'bluefield-3': {
    driver: 'dra.net',
    vendor: MELLANOX,
    product: 'MT43244 BlueField-3 integrated ConnectX-7 network controller',
    rdma: true,
    speedGbps: 400,
    rdmaName: 'mlx5_',
    source: 'data sheet',
  },
  'connectx-8': {
    driver: 'dra.net',
    vendor: MELLANOX,
    product: 'CX8 Family [ConnectX-8]',
    rdma: true,
    speedGbps: 400,
    netdev: { prefix: 'rdma', mtu: 9000, sriovVfs: 0 },
    source: 'captured (OCI)',
  },
  efa: {
    driver: 'dra.net',
    vendor: 'Amazon.com, Inc.',
    product: 'Elastic Fabric Adapter (EFA)',
    rdma: true,
    speedGbps: 100,
    subsystem: 'efa0',
    rdmaName: 'rdmap',
    source: 'captured (p4d)',
  },
  ena: {
    driver: 'dra.net',
    vendor: 'Amazon.com, Inc.',
    product: 'Elastic Network Adapter (ENA)',
    rdma: false,
    speedGbps: 100,
    subsystem: 'ec20',
    netdev: { prefix: 'ens', mtu: 9001 },
    source: 'captured (p4d)',
  },
  irdma: {
    driver: 'dra.net',
    vendor: 'Intel Corporation',
    product: 'Infrastructure Data Path Function (IRDMA)',
    rdma: true,
    speedGbps: 200,
    rdmaName: 'irdma',
    source: 'assumed',
  },
  gvnic: {
    driver: 'dra.net',
    vendor: 'Google, Inc.',
    product: 'Compute Engine Virtual Ethernet [gVNIC]',
    rdma: false,
    speedGbps: 200,
    netdev: { prefix: 'eth', mtu: 8896 },
    source: 'assumed',
  },
  'sriov-vf': {
    driver: 'sriovnetwork.k8snetworkplumbingwg.io',
    vendor: '15b3',
    product: '101e',
    rdma: true,
    speedGbps: 25,
    physicalProduct: '101d',
    source: 'driver documents',
  },
  'rdma-shared': {
    driver: 'nic.drasim.dev',
    vendor: 'drasim',
    product: 'RDMA NIC shared by percent',
    rdma: true,
    speedGbps: 100,
    shared: true,
    source: 'simulated: no published driver divides RDMA bandwidth in percent',
  },
};
