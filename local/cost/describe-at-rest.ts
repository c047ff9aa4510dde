import { CLOUDFRONT, S3 } from '../../pricing/list-prices.ts';
import { DATABASE_INSTANCE, type RestingPart } from '../../pricing/price-at-rest.ts';
import { priceLadder } from './price-ladder.ts';

/** Parts of a deployment that are billed by existing, by stage. */
export interface RestingStages {
  readonly dev: readonly RestingPart[];
  readonly prod: readonly RestingPart[];
}

/** Sums the parts, in US dollars a month. */
export function sumAtRest(parts: readonly RestingPart[]): number {
  return parts.reduce((sum, { usd }) => sum + usd, 0);
}

/** Returns the rows of the README's table of costs. */
export function readmeRows(stages: RestingStages): readonly string[] {
  return [
    `| idle, per month | ${describeStage(stages.dev)} | ${describeStage(stages.prod)} |`,
    `| an hour of 1080p video, encoded into four rungs | ${hourEncoded()} | the same |`,
    `| an hour of it watched at 1080p | ${range(hourWatched(AVERAGE_OF_MAXIMUM), hourWatched(1))} USD | the same |`,
    `| an hour of video and its source in S3, per month | ${range(hourStored(AVERAGE_OF_MAXIMUM), hourStored(1))} USD | the same |`,
  ];
}

/** Returns the table of fixed costs, as `docs/limits.md` shows it. */
export function fixedCostsTable({ dev, prod }: RestingStages): string {
  const names = new Map([...dev, ...prod].map(({ name, plural }) => [name, plural]));
  const cells = (name: string): string[] =>
    [dev, prod].map((parts) => {
      const part = parts.find((known) => known.name === name);
      return part === undefined ? '–' : `${part.count}: ${part.usd.toFixed(2)}`;
    });
  return [
    row('part', 'dev', 'prod'),
    row('---', '---', '---'),
    ...[...names].map(([name, plural]) => row(plural, ...cells(name))),
    row('together', sumAtRest(dev).toFixed(2), sumAtRest(prod).toFixed(2)),
  ].join('\n');
}

function row(...columns: readonly string[]): string {
  return `| ${columns.join(' | ')} |`;
}

function describeStage(parts: readonly RestingPart[]): string {
  const billed = parts.filter(({ usd }) => usd > 0).toSorted((a, b) => b.usd - a.usd);
  const counted = billed.map(({ name, plural, count }) => `${count} ${count === 1 ? name : plural}`);
  const isPaused = parts.some(({ name, usd }) => name === DATABASE_INSTANCE && usd === 0);
  return `about ${Math.round(sumAtRest(parts))} USD: ${counted.join(', ')}${isPaused ? '; the database is paused' : ''}`;
}

const AVERAGE_OF_MAXIMUM = 0.6;
const HOUR_SECONDS = 3600;
const SOUND_BPS = 128_000;
/** Maximum bit rates of the four rungs of 1080p, and a usual one of such a source. */
const RUNG_MAXIMA_BPS = [6_000_000, 4_000_000, 1_000_000, 700_000];
const SOURCE_BPS = 8_000_000;
/** Segments of picture and sound in an hour. */
const HOUR_REQUESTS = 1200;

function hourEncoded(): string {
  const usd = priceLadder({ megabytes: 3600, minutes: 60 }, 1080).usdPerMinute * 60;
  return `${usd.toFixed(2)} USD up to 30 frames per second, ${(2 * usd).toFixed(2)} above`;
}

function hourWatched(ofMaximum: number): number {
  const bps = (RUNG_MAXIMA_BPS[0] ?? 0) * ofMaximum + SOUND_BPS;
  return gigabytesOfHour(bps) * CLOUDFRONT.transferGb[0].usd + (HOUR_REQUESTS / 10_000) * CLOUDFRONT.https10000;
}

function hourStored(ofMaximum: number): number {
  const bps = RUNG_MAXIMA_BPS.reduce((sum, maximum) => sum + maximum * ofMaximum, SOUND_BPS + SOURCE_BPS);
  return gigabytesOfHour(bps) * S3.storageGbMonth[0].usd;
}

function gigabytesOfHour(bps: number): number {
  return (bps * HOUR_SECONDS) / 8 / 1e9;
}

function range(from: number, to: number): string {
  return `${from.toFixed(2)} to ${to.toFixed(2)}`;
}
