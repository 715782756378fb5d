import { describe, expect, test } from 'vitest';
import { Simulation } from '../../src/engine/simulation.js';

function trace(simulation: Simulation, untilUs?: number): string[] {
  const seen: string[] = [];
  simulation.run(
    (kind, a) => seen.push(`${simulation.nowUs}:${kind}:${a}`),
    untilUs === undefined ? {} : { untilUs },
  );
  return seen;
}

describe('Simulation', () => {
  test('a lane stands among queued events by time, priority and the moment it was added', () => {
    const simulation = new Simulation();
    simulation.at(10, 1, 1, 0);
    simulation.addLane(Float64Array.of(5, 10, 10), 1, 2);
    simulation.at(10, 1, 3, 0);
    simulation.at(10, 0, 4, 0);
    expect(trace(simulation)).toEqual(['5:2:0', '10:4:0', '10:1:0', '10:2:1', '10:2:2', '10:3:0']);
  });

  test('run until leaves later events pending and ends the clock there', () => {
    const simulation = new Simulation();
    simulation.at(10, 0, 1);
    simulation.at(20, 0, 1);
    expect(trace(simulation, 15)).toEqual(['10:1:0']);
    expect(simulation.nowUs).toBe(15);
    expect(simulation.pending).toBe(1);
    expect(trace(simulation)).toEqual(['20:1:0']);
  });

  test('an event at the very end of the run still happens', () => {
    const simulation = new Simulation();
    simulation.at(15, 0, 1);
    expect(trace(simulation, 15)).toEqual(['15:1:0']);
  });

  test('a run that does not end within its steps fails with ERR_EVENTS_MAX', () => {
    const simulation = new Simulation();
    simulation.at(0, 0, 1);
    const forever = () => void simulation.after(1, 0, 1);
    const act = () => simulation.run(forever, { stepsMax: 100 });
    expect(act).toThrow(expect.objectContaining({ code: 'ERR_EVENTS_MAX' }));
  });

  test('an unsorted lane is refused with ERR_LANE_ORDER and the index', () => {
    const act = () => new Simulation().addLane(Float64Array.of(1, 3, 2), 0, 1);
    expect(act).toThrow(expect.objectContaining({ code: 'ERR_LANE_ORDER', path: 'times[2]' }));
  });

  test('stop returns after the event at hand', () => {
    const simulation = new Simulation();
    simulation.at(1, 0, 1);
    simulation.at(2, 0, 1);
    expect(simulation.run(() => simulation.stop())).toBe('stopped');
    expect(simulation.pending).toBe(1);
  });

  test('a fork handles the same events as the original', () => {
    const simulation = new Simulation();
    simulation.addLane(Float64Array.of(1, 5, 9), 0, 2);
    for (let index = 0; index < 5; index++) simulation.at(index * 2, 0, 1, index);
    simulation.run(() => {}, { pauseSteps: 3 });
    const fork = simulation.fork();
    expect(trace(fork)).toEqual(trace(simulation));
  });
});
