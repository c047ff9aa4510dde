import { parseArgs } from 'node:util';
import type { Scale } from '../../pricing/model-scale.ts';
import { UsageError } from '../cli/options.ts';
import { messageOf } from '../cloud/system-error.ts';
import { recoverOptionsTakenByNpm, writeCommandLine } from '../cli/npm-options.ts';

/** The service that the design was estimated for. */
export const DEFAULT_SCALE: Scale = {
  viewersPerDay: 5_000_000,
  videosPerViewer: 5,
  uploadsPerDay: 500_000,
  megabytes: 300,
  minutes: 10,
  watched: 1,
  popularUploads: 0.05,
  popularViews: 0.9,
};
const DEFAULT_SHORT_SIDE = 1080;

export const COST_USAGE = `What a service costs a day at AWS's list prices in us-east-1, without free tiers and discounts.

  npm run -s cost -- [options]

  --viewers N            viewers a day (default 5000000)
  --videos N             videos that each of them watches (default 5)
  --uploads N            uploads a day (default: one for every tenth viewer)
  --megabytes N          size of an upload (default 300)
  --minutes N            its duration (default 10)
  --watched PERCENT      part of a video that viewers watch on average (default 100)
  --popular-uploads PERCENT, --popular-views PERCENT
                         uploads that are popular, and the part of all views that they have (defaults 5 and 90)
  --short-side N         ladder.maxShortSide (default 1080)
  --help                 print this text

docs/cost.md explains the rows and the assumptions. Prices of encodes are those of the jobs that the chain sends.`;

const OPTIONS = {
  viewers: { type: 'string', accepts: isNumber },
  videos: { type: 'string', accepts: isNumber },
  uploads: { type: 'string', accepts: isNumber },
  megabytes: { type: 'string', accepts: isNumber },
  minutes: { type: 'string', accepts: isNumber },
  watched: { type: 'string', accepts: isNumber },
  'popular-uploads': { type: 'string', accepts: isNumber },
  'popular-views': { type: 'string', accepts: isNumber },
  'short-side': { type: 'string', accepts: isNumber },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface CostOptions {
  readonly scale: Scale;
  readonly maxShortSide: number;
}

/**
 * Parses a command line.
 *
 * @returns undefined if it asks for help
 * @throws UsageError that names the invalid option
 */
export function parseCostOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): CostOptions | undefined {
  const recovered = recoverOptionsTakenByNpm(args, OPTIONS, environment);
  if (recovered !== undefined)
    throw new UsageError(
      `npm took the options for itself, because no -- precedes them. Run this instead:\n\n  ${writeCommandLine(['npm', 'run', '-s', 'cost', '--', ...recovered])}\n`,
    );
  const values = parseValues(args);
  if (values.help === true) return undefined;
  const number = (option: keyof typeof OPTIONS, fallback: number, min: number, max: number): number => {
    const text = values[option];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (typeof text === 'string' && isNumber(text) && value >= min && value <= max) return value;
    throw new UsageError(`--${option} takes a number from ${min} to ${max}, but got: ${text || 'nothing'}.`);
  };
  const viewersPerDay = number('viewers', DEFAULT_SCALE.viewersPerDay, 0, 1e10);
  const percent = (option: keyof typeof OPTIONS, fallback: number): number => number(option, fallback * 100, 0, 100) / 100;
  return {
    scale: {
      viewersPerDay,
      videosPerViewer: number('videos', DEFAULT_SCALE.videosPerViewer, 0, 10_000),
      uploadsPerDay: number('uploads', viewersPerDay / 10, 0, 1e9),
      megabytes: number('megabytes', DEFAULT_SCALE.megabytes, 0.1, 1e6),
      minutes: number('minutes', DEFAULT_SCALE.minutes, 0.1, 1440),
      watched: percent('watched', DEFAULT_SCALE.watched),
      popularUploads: percent('popular-uploads', DEFAULT_SCALE.popularUploads),
      popularViews: percent('popular-views', DEFAULT_SCALE.popularViews),
    },
    maxShortSide: number('short-side', DEFAULT_SHORT_SIDE, 144, 2160),
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${COST_USAGE}`);
  }
}

function isNumber(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}
