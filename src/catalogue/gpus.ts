// GPUs and other accelerators as their drivers publish them. Facts: captured ResourceSlices of the NVIDIA,
// AMD and Intel drivers (2025-26), NVIDIA's MIG user guide, and the makers' data sheets; which is which
// stands in README.md.

/** What a driver publishes of one model of accelerator. */
export interface GpuModel {
  readonly driver: 'gpu.nvidia.com' | 'gpu.amd.com' | 'gaudi.intel.com';
  readonly productName: string;
  readonly architecture: string;
  /** CUDA compute capability; empty for other makers. */
  readonly computeCapability: string;
  /** Memory as published, a quantity. */
  readonly memory: string;
  /** How the GPU reads host memory; `HMM` unless said. */
  readonly addressingMode?: 'ATS';
  /** Key of the table of MIG profiles, where the model has some. */
  readonly mig?: string;
  /** Modes into which the host can split it, and the equal parts of each. */
  readonly splits?: Readonly<Record<string, number>>;
  /** Further capacities, quantities by name. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly source: string;
}

const nvidia = (
  productName: string,
  architecture: string,
  computeCapability: string,
  memory: string,
  source: string,
  mig?: string,
): GpuModel => ({
  driver: 'gpu.nvidia.com',
  productName,
  architecture,
  computeCapability,
  memory,
  source,
  ...(mig !== undefined && { mig }),
});

/** Accelerators by the name that `drasim catalogue` lists. */
export const GPUS: Readonly<Record<string, GpuModel>> = {
  t4: nvidia('Tesla T4', 'Turing', '7.5.0', '16Gi', 'data sheet; nominal memory'),
  p100: nvidia('Tesla P100-PCIE-16GB', 'Pascal', '6.0.0', '16Gi', 'data sheet; nominal memory'),
  v100: nvidia('Tesla V100-SXM2-32GB', 'Volta', '7.0.0', '32Gi', 'data sheet; nominal memory'),
  a10: nvidia('NVIDIA A10', 'Ampere', '8.6.0', '24Gi', 'data sheet; nominal memory'),
  l4: nvidia('NVIDIA L4', 'Ada Lovelace', '8.9.0', '24Gi', 'data sheet; nominal memory'),
  l40s: nvidia('NVIDIA L40S', 'Ada Lovelace', '8.9.0', '48Gi', 'data sheet; nominal memory'),
  'a100-40gb': nvidia(
    'NVIDIA A100-SXM4-40GB',
    'Ampere',
    '8.0.0',
    '40Gi',
    'captured (p4d)',
    'a100-40gb',
  ),
  'a100-80gb': nvidia(
    'NVIDIA A100-SXM4-80GB',
    'Ampere',
    '8.0.0',
    '80Gi',
    'data sheet; memory as in issue 719 of the driver',
    'a100-80gb',
  ),
  'h100-80gb': nvidia(
    'NVIDIA H100 80GB HBM3',
    'Hopper',
    '9.0.0',
    '80Gi',
    'data sheet; nominal memory',
    'h100-80gb',
  ),
  'h200-141gb': nvidia(
    'NVIDIA H200',
    'Hopper',
    '9.0.0',
    '141Gi',
    'data sheet; nominal memory',
    'h200-141gb',
  ),
  'b200-180gb': nvidia(
    'NVIDIA B200',
    'Blackwell',
    '10.0.0',
    '180Gi',
    'data sheet; nominal memory',
    'b200-180gb',
  ),
  gb200: {
    ...nvidia('NVIDIA GB200', 'Blackwell', '10.0.0', '189471Mi', 'captured (OCI)', 'gb200'),
    addressingMode: 'ATS',
  },
  gb300: {
    ...nvidia('NVIDIA GB300', 'Blackwell', '10.3.0', '284208Mi', 'captured (Azure)'),
    addressingMode: 'ATS',
  },
  mi300x: {
    driver: 'gpu.amd.com',
    productName: 'AMD_Instinct_MI300X_OAM',
    architecture: 'AI',
    computeCapability: '',
    memory: '196592Mi',
    capacity: { computeUnits: '304', simdUnits: '1216' },
    splits: { dpx: 2, qpx: 4, cpx: 8 },
    source: 'captured, whole and in halves (dpx)',
  },
  gaudi3: {
    driver: 'gaudi.intel.com',
    productName: 'Gaudi3',
    architecture: 'Gaudi',
    computeCapability: '',
    memory: '',
    source: 'driver code; attributes captured of Gaudi2',
  },
};
