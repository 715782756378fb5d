// Power of accelerators and processors by the name that drivers and traces publish, watts. The most is the thermal
// design power of the maker's data sheet. Idle power is that of Lettich et al. (CCGrid 2025) where they state one, and
// otherwise a tenth of the most, which is an assumption.

/** What a device draws. */
export interface DevicePower {
  readonly idle: number;
  readonly max: number;
  readonly source: string;
}

const stated = (idle: number, max: number): DevicePower => ({
  idle,
  max,
  source: 'Lettich et al.',
});
const dataSheet = (max: number): DevicePower => ({
  idle: max / 10,
  max,
  source: 'data sheet, not checked; idle assumed',
});

/** By productName or model; the short names are those of Alibaba's trace openb. */
export const DEVICE_POWER: Readonly<Record<string, DevicePower>> = {
  'Tesla T4': stated(10, 70),
  'Tesla P100-PCIE-16GB': stated(25, 250),
  'Tesla V100-SXM2-32GB': stated(30, 300),
  'NVIDIA A10': stated(30, 150),
  'NVIDIA A100-SXM4-40GB': stated(50, 400),
  'NVIDIA A100-SXM4-80GB': stated(50, 400),
  'NVIDIA L4': dataSheet(72),
  'NVIDIA L40S': dataSheet(350),
  'NVIDIA H100 80GB HBM3': dataSheet(700),
  'NVIDIA H200': dataSheet(700),
  'NVIDIA B200': dataSheet(1000),
  'NVIDIA GB200': dataSheet(1200),
  'NVIDIA GB300': dataSheet(1400),
  AMD_Instinct_MI300X_OAM: dataSheet(750),
  Gaudi3: dataSheet(900),
  'Alveo U250': dataSheet(225),
  'Alveo U280': dataSheet(225),
  'Alveo U55C': dataSheet(150),
  'Versal VCK5000': dataSheet(225),
  T4: stated(10, 70),
  P100: stated(25, 250),
  V100M16: stated(30, 300),
  V100M32: stated(30, 300),
  A10: stated(30, 150),
  G2: stated(30, 150),
  G3: stated(50, 400),
};

/** One package of an Intel Xeon E5-2682 v4, as Lettich et al. take it: watts, and vCPUs. */
export const PACKAGE_POWER = { idle: 15, max: 120, cores: 32 } as const;
