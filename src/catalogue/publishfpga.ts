// FPGA cards and software radios as devices. For cards this is a proposal, not a published driver.

import type { CounterSet, Device, DeviceAttribute } from '../api/resource.js';
import type { FpgaModel } from './fpgas.js';
import type { RadioModel } from './radios.js';
import { digest, pciAttributes, type Seat } from './seat.js';

/** Host part of the first radio's address; the maker presets 192.168.40.2 for the 10 Gb/s port. */
const FIRST_RADIO = 2;

/** A software radio that is reached over the network. */
export function publishRadio(model: RadioModel, seat: Seat): Device {
  return {
    name: `usrp-${seat.index}`,
    attributes: {
      connection_type: { string: 'ip' },
      ip_address: { string: `192.168.40.${FIRST_RADIO + seat.index}` },
      product: { string: model.product },
      serial: { string: digest(seat, 'sdr').slice(0, 7).toUpperCase() },
      type: { string: model.type },
    },
  };
}

/** An FPGA card whole. */
export function publishFpga(model: FpgaModel, seat: Seat): Device {
  return {
    name: `fpga-${seat.index}`,
    attributes: { ...fpgaAttributes(model, seat), type: { string: 'card' } },
    capacity: fpgaCapacity(model, 1),
  };
}

/** A card with one device a super logic region; the whole card takes all of them. */
export function publishFpgaRegions(
  model: FpgaModel,
  seat: Seat,
): { counterSet: CounterSet; devices: Device[] } {
  const counterSet = `fpga-${seat.index}-regions`;
  const region = (slr: number) => [`slr-${slr}`, { value: '1' }] as const;
  const regions = Array.from({ length: model.regions }, (_, slr) => slr);
  const whole: Device = {
    ...publishFpga(model, seat),
    consumesCounters: [{ counterSet, counters: Object.fromEntries(regions.map(region)) }],
  };
  const parts = regions.map(
    (slr): Device => ({
      name: `fpga-${seat.index}-slr-${slr}`,
      attributes: { ...fpgaAttributes(model, seat), type: { string: 'region' }, slr: { int: slr } },
      capacity: fpgaCapacity(model, model.regions),
      consumesCounters: [{ counterSet, counters: Object.fromEntries([region(slr)]) }],
    }),
  );
  const counterSets = { name: counterSet, counters: Object.fromEntries(regions.map(region)) };
  return { counterSet: counterSets, devices: [whole, ...parts] };
}

function fpgaAttributes(model: FpgaModel, seat: Seat): Record<string, DeviceAttribute> {
  return {
    vendor: { string: model.vendor },
    model: { string: model.model },
    shell: { string: model.shell },
    ...(model.interfaceId !== undefined && { interfaceID: { string: model.interfaceId } }),
    // What is loaded into the user partition; nothing.
    afuID: { string: '' },
    programmable: { bool: true },
    ...pciAttributes(seat),
  };
}

function fpgaCapacity(model: FpgaModel, parts: number): Record<string, { value: string }> {
  const mib = (quantity: string) => Number.parseInt(quantity, 10) * 1024;
  return {
    memory: { value: `${Math.floor(mib(model.memory) / parts)}Mi` },
    hbm: { value: `${Math.floor(mib(model.hbm) / parts)}Mi` },
    luts: { value: `${Math.floor(model.luts / parts)}` },
    dsps: { value: `${Math.floor(model.dsps / parts)}` },
  };
}
