// The public API of drasim: named exports, each documented where it is defined.

export {
  type ApiObject,
  type Decoded,
  type DecodeOptions,
  decodeManifests,
  positionOf,
} from './api/decode.js';
export { type Features, resolveFeatures } from './api/features.js';
export { Quantity } from './api/quantity.js';
export type {
  Device,
  DeviceClass,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
} from './api/resource.js';
export { type PublishedMachine, publishMachine } from './catalogue/machines.js';
export { MACHINES, type MachineSpec } from './catalogue/machinespecs.js';
export { type CompiledCluster, compileCluster } from './cluster/cluster.js';
export { buildClusterTopology } from './cluster/clustertopology.js';
export type { PowerModel } from './cluster/power.js';
export {
  advanceSnapshot,
  type ClusterSnapshot,
  type NodeSnapshot,
  type SnapshotChange,
  takeSnapshot,
} from './cluster/snapshot.js';
export { compileTopology, type Topology, type TopologyGraph } from './cluster/topology.js';
export { EventQueue } from './engine/eventqueue.js';
export { type RunLimits, Simulation, type StopReason } from './engine/simulation.js';
export { DrasimError, formatIssue, type Issue, type Position } from './errors.js';
export { RandomStream, RandomStreams } from './random.js';
export { csvTables } from './report/csv.js';
export { reportHtml } from './report/html.js';
export { type Paint, summaryText } from './report/summary.js';
export { checkExpectations, metricsOf } from './scenario/expectations.js';
export {
  type FileReader,
  type LoadedScenario,
  loadScenario,
  type OpenScenario,
  openScenario,
} from './scenario/load.js';
export { type Scenario, scenarioJsonSchema } from './scenario/schema.js';
export {
  type SimulatedScenario,
  type SimulateOptions,
  simulateScenario,
} from './scenario/simulate.js';
export type { DeviceInfo, NodeInfo, UserPlugin } from './scheduler/userplugin.js';
export type { RequestInfo, UserStrategy } from './scheduler/userstrategy.js';
export type { ArrivalSeries, SharesState } from './simulator/arrivalseries.js';
export { type RunResult, summarize } from './simulator/result.js';
export type { Latencies, RunInput, TaintChange } from './simulator/runinput.js';
export { Run } from './simulator/simulator.js';
export {
  type Comparison,
  type ComparisonOptions,
  compareRuns,
} from './sweep/comparison.js';
export type { Distance } from './sweep/distance.js';
export { type Optimum, OptimumSolver } from './sweep/optimum/optimum.js';
export { type RunRow, type RunTask, runTask, type SweepInput } from './sweep/runtask.js';
