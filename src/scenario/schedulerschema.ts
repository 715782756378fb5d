// The section `scheduler` of a scenario: the fields of a KubeSchedulerConfiguration, and what is drasim's own.

import { z } from 'zod';
import { duration } from './duration.js';

const own = {
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A KubeSchedulerConfiguration as the scheduler is given it, instead of its fields here.',
    ),
  plugins: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'ES modules with plugins of your own; every profile runs them that does not disable them.',
    ),
  tieBreak: z
    .enum(['upstream', 'first-by-name', 'drawn-order', 'random'])
    .default('upstream')
    .describe(
      'Who wins among nodes of equal score; drawn-order is first by an order drawn once a run.',
    ),
  preemption: z
    .union([
      z.enum(['default', 'none']),
      z.strictObject({
        dra: z
          .enum(['upstream', 'deallocate'])
          .describe(
            'Whether evicting pods frees the devices of their claims for the preemptor: upstream no, deallocate yes (KEP-5690, a what-if).',
          ),
      }),
    ])
    .default('default')
    .describe(
      'Whether pods evict those of lower priority; none lets priority order the queue only.',
    ),
  backoff: z
    .strictObject({
      initial: duration.optional().describe('After the first failed attempt. Default 1s.'),
      max: duration.optional().describe('At most. Default 10s.'),
    })
    .optional()
    .describe('How long pods wait after failed attempts; it doubles each time.'),
};

const configuration = {
  apiVersion: z.literal('kubescheduler.config.k8s.io/v1').optional(),
  kind: z.literal('KubeSchedulerConfiguration').optional(),
  profiles: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe(
      'Profiles: schedulerName, percentageOfNodesToScore, plugins, pluginConfig. Pods that name none of them wait.',
    ),
  percentageOfNodesToScore: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Feasible nodes that are enough to score; 0 adapts to the cluster as upstream does.'),
  parallelism: z.int().optional().describe('Victims that preemption evicts at once. Default 16.'),
  podInitialBackoffSeconds: z.int().optional().describe('As backoff.initial.'),
  podMaxBackoffSeconds: z.int().optional().describe('As backoff.max.'),
  extenders: z.array(z.unknown()).optional().describe('Checked, and refused: drasim calls none.'),
  leaderElection: z.unknown().optional().describe('Checked; without effect on decisions.'),
  clientConnection: z.unknown().optional().describe('Checked; without effect on decisions.'),
  enableProfiling: z.unknown().optional().describe('Without effect.'),
  enableContentionProfiling: z.unknown().optional().describe('Without effect.'),
  delayCacheUntilActive: z.unknown().optional().describe('Without effect.'),
};

/** Fields of the section that are a KubeSchedulerConfiguration's. */
export const CONFIGURATION_FIELDS = Object.keys(
  configuration,
) as readonly (keyof typeof configuration)[];

export const schedulerSchema = z.strictObject({ ...own, ...configuration });

export type SchedulerSection = z.output<typeof schedulerSchema>;
