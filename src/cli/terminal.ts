// What a person sees while waiting: colours and a progress bar, only where a terminal is.

import cliProgress from 'cli-progress';
import picocolors from 'picocolors';
import type { Paint } from '../report/summary.js';

/** Colours for stdout, none where it is no terminal or NO_COLOR is set. */
export function stdoutPaint(): Paint {
  const forced = (process.env['FORCE_COLOR'] ?? '') !== '' && process.env['FORCE_COLOR'] !== '0';
  const plain = (process.env['NO_COLOR'] ?? '') !== '';
  return picocolors.createColors(!plain && (forced || process.stdout.isTTY === true));
}

/** A progress bar on stderr; silent where that is no terminal. */
export class Progress {
  private readonly bar: cliProgress.SingleBar | null;

  constructor(label: string) {
    this.bar = process.stderr.isTTY
      ? new cliProgress.SingleBar(
          {
            format: `${label} {bar} {percentage}% {note}`,
            stream: process.stderr,
            clearOnComplete: true,
            hideCursor: null,
          },
          cliProgress.Presets.shades_classic,
        )
      : null;
    this.bar?.start(1000, 0, { note: '' });
  }

  /** @param share - 0 to 1 */
  update(share: number, note: string): void {
    this.bar?.update(Math.round(Math.min(1, share) * 1000), { note });
  }

  end(): void {
    this.bar?.stop();
  }
}

/** A note for people, never mixed with results. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
