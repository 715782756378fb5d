// Software radios: FPGAs behind an antenna, which sdr.gradiant.org publishes as network devices. What is on
// their FPGA is not published.

/** One model of software radio. */
export interface RadioModel {
  readonly driver: 'sdr.gradiant.org';
  /** As the maker calls it. */
  readonly model: string;
  readonly product: string;
  readonly type: string;
  readonly source: string;
}

export const RADIOS: Readonly<Record<string, RadioModel>> = {
  'ettus-x310': {
    driver: 'sdr.gradiant.org',
    model: 'Ettus Research USRP X310',
    product: 'X310',
    type: 'x300',
    source: 'captured attribute names',
  },
};
