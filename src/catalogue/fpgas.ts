// FPGA cards. No DRA driver for FPGA accelerators is published, so `fpga.drasim.dev` is a simulated one: a
// card is a device with its platform (shell), or, partitioned, one device a super logic region, which share
// the card's counters. Facts: AMD UG1120 and UG1393 (memory, platforms), secondary notes and data sheets
// (LUTs, DSPs); README.md says which.

/** One model of FPGA card. */
export interface FpgaModel {
  readonly driver: 'fpga.drasim.dev';
  readonly vendor: string;
  readonly model: string;
  /** Platform that is loaded on the card. */
  readonly shell: string;
  /** Identity of the platform's interface, where it is known. */
  readonly interfaceId?: string;
  readonly memory: string;
  readonly hbm: string;
  readonly luts: number;
  readonly dsps: number;
  /** Super logic regions, into which the card can be partitioned. */
  readonly regions: number;
  readonly source: string;
}

export const FPGAS: Readonly<Record<string, FpgaModel>> = {
  'alveo-u250': {
    driver: 'fpga.drasim.dev',
    vendor: 'AMD',
    model: 'Alveo U250',
    shell: 'xilinx_u250_gen3x16_xdma_4_1',
    interfaceId: '807a580e-5f50-7d48-484d-26c2217aa787',
    memory: '64Gi',
    hbm: '0',
    luts: 1_728_000,
    dsps: 12_288,
    regions: 4,
    source: 'UG1120; LUTs and DSPs secondary',
  },
  'alveo-u280': {
    driver: 'fpga.drasim.dev',
    vendor: 'AMD',
    model: 'Alveo U280',
    shell: 'xilinx_u280_gen3x16_xdma_base_1',
    memory: '32Gi',
    hbm: '8Gi',
    luts: 1_304_000,
    dsps: 9_024,
    regions: 3,
    source: 'UG1120; LUTs and DSPs secondary',
  },
  'alveo-u55c': {
    driver: 'fpga.drasim.dev',
    vendor: 'AMD',
    model: 'Alveo U55C',
    shell: 'xilinx_u55c_gen3x16_xdma_base_3',
    memory: '0',
    hbm: '16Gi',
    luts: 1_304_000,
    dsps: 9_024,
    regions: 3,
    source: 'UG1120; LUTs and DSPs as U280',
  },
  'versal-vck5000': {
    driver: 'fpga.drasim.dev',
    vendor: 'AMD',
    model: 'Versal VCK5000',
    shell: 'xilinx_vck5000_gen4x8_qdma_base_2',
    memory: '16Gi',
    hbm: '0',
    luts: 899_840,
    dsps: 1_968,
    regions: 1,
    source: 'data sheet, not checked',
  },
  'agilex-7': {
    driver: 'fpga.drasim.dev',
    vendor: 'Altera',
    model: 'Agilex 7 F-Series',
    shell: 'ofs_pcie_attach',
    memory: '16Gi',
    hbm: '0',
    luts: 912_800,
    dsps: 8_528,
    regions: 1,
    source: 'data sheet, not checked',
  },
  'aws-vu9p': {
    driver: 'fpga.drasim.dev',
    vendor: 'AMD',
    model: 'Virtex UltraScale+ VU9P',
    shell: 'aws-vu9p-f1',
    memory: '64Gi',
    hbm: '0',
    luts: 1_182_000,
    dsps: 6_840,
    regions: 3,
    source: 'assumed; the part of an Alveo U200',
  },
  'aws-vu47p': {
    driver: 'fpga.drasim.dev',
    vendor: 'AMD',
    model: 'Virtex UltraScale+ VU47P',
    shell: 'aws-vu47p-f2',
    memory: '64Gi',
    hbm: '16Gi',
    luts: 1_304_000,
    dsps: 9_024,
    regions: 3,
    source: 'assumed; a part like an Alveo U280',
  },
};
