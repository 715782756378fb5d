// The registry of vector kinds that drasim answers. A kind without a reader counts as failed.

import { allocatorReader } from './allocator.js';
import { celCostReader, celSelectorReader } from './celselector.js';
import { configurationReader } from './configuration.js';
import { decodeReader } from './decode.js';
import { eventClassificationReader } from './eventclassification.js';
import { eventRegistrationReader } from './eventregistration.js';
import { labelSelectorReader } from './labelselector.js';
import { nodeSamplingReader } from './nodesampling.js';
import { nodeSelectorReader } from './nodeselector.js';
import { podRequestsReader } from './podrequests.js';
import { podSequenceReader } from './podsequence.js';
import { preemptionReader } from './preemption.js';
import { quantityPairReader, quantityReader } from './quantity.js';
import { queueReader } from './queue.js';
import { queueingHintReader } from './queueinghint.js';
import { schedulerRunReader } from './schedulerrun/schedulerrun.js';
import { schedulingCycleReader } from './schedulingcycle.js';
import { tolerationsReader } from './tolerations.js';
import type { VectorReader } from './vector.js';

const READERS: readonly VectorReader[] = [
  quantityReader,
  quantityPairReader,
  nodeSelectorReader,
  labelSelectorReader,
  tolerationsReader,
  podRequestsReader,
  podSequenceReader,
  preemptionReader,
  decodeReader,
  celSelectorReader,
  celCostReader,
  allocatorReader,
  configurationReader,
  eventClassificationReader,
  eventRegistrationReader,
  queueingHintReader,
  queueReader,
  nodeSamplingReader,
  schedulerRunReader,
  schedulingCycleReader,
];

/** The reader of a kind, or undefined when the kind is not modelled yet. */
export function readerOf(kind: string): VectorReader | undefined {
  return READERS_BY_KIND.get(kind);
}

const READERS_BY_KIND = new Map(
  READERS.flatMap((reader) => reader.kinds.map((kind) => [kind, reader] as const)),
);
