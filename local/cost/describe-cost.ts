import { type CostedWay, ESTIMATED_USD_PER_GB, modelScale } from '../../pricing/model-scale.ts';
import { PRICES_CHECKED } from '../../pricing/list-prices.ts';
import { padToColumns, widestOf } from '../cli/columns.ts';
import type { CostOptions } from './cost-options.ts';
import { priceLadder } from './price-ladder.ts';

/** A smaller ladder for comparison: `ladder.maxShortSide`. */
const SMALL_SHORT_SIDE = 480;

/** Describes what a service costs, as `npm run cost` prints it and `docs/cost.md` shows it. */
export function describeCost({ scale, maxShortSide }: CostOptions): string {
  const ladder = priceLadder(scale, maxShortSide);
  const cost = modelScale(scale, ladder);
  const small = modelScale(scale, priceLadder(scale, SMALL_SHORT_SIDE));
  const { plan, shield, worthwhileViews } = cost;
  const rows = [
    ['a day', 'TB delivered', 'delivery', 'encodes', 'together'],
    wayRow(`first estimate, ${ESTIMATED_USD_PER_GB} USD/GB`, cost.estimate),
    wayRow('the same at the list price', cost.listed),
    wayRow('ladder, every upload encoded', cost.encodedAll),
    wayRow(`the same up to ${SMALL_SHORT_SIDE} lines`, small.encodedAll),
    wayRow('planned: encode on demand', cost.encodedOnDemand),
  ];
  return [
    `${grouped(scale.viewersPerDay)} viewers a day watch ${grouped(scale.videosPerViewer)} videos each, and upload ` +
      `${grouped(scale.uploadsPerDay)} of ${grouped(scale.megabytes)} MB and ${grouped(scale.minutes)} minutes.`,
    `Uploads: ${inBytes(cost.uploadedGb)} a day. Views: ${grouped(cost.views)} a day, ${grouped(scale.watched * 100)} % watched.`,
    '',
    ...alignRows(rows),
    '',
    `An encode up to ${grouped(maxShortSide)} lines: ${inDollars(scale.minutes * ladder.usdPerMinute)}; viewers get ` +
      `${(ladder.deliveredBps / 1e6).toFixed(1)} Mbit/s on average.`,
    worthwhileViews === undefined
      ? 'It saves nothing in delivery: its renditions are as large as the upload.'
      : `It saves as much in delivery after ${grouped(worthwhileViews)} views; planned: ${grouped(scale.popularUploads * 100)} % of the uploads have ${grouped(scale.popularViews * 100)} % of the views.`,
    `Requests of viewers: ${inDollars(cost.requestsUsd)} a day.`,
    `Requests to S3: ${inDollars(shield.withoutUsd)} a day; with an origin shield ${inDollars(shield.withUsd)}, a thirteenth of the load.`,
    `To keep a month of uploads with their renditions: ${inDollars(cost.storageUsdMonth)} a month.`,
    plan === undefined
      ? 'Flat-rate plans of CloudFront end at 600 TB and 6 billion requests a month; beyond, AWS sells contracts.'
      : `Option: CloudFront's flat-rate plan ${plan.name} with ${grouped(plan.allowanceTb)} TB covers delivery and requests for ${inDollars(plan.usdMonth)} a month.`,
    `List prices in us-east-1, compared on ${PRICES_CHECKED}.`,
  ].join('\n');
}

function wayRow(name: string, { deliveredGb, deliveryUsd, encodeUsd }: CostedWay): string[] {
  return [name, grouped(deliveredGb / 1000), ...[deliveryUsd, encodeUsd, deliveryUsd + encodeUsd].map(inDollars)];
}

function inBytes(gigabytes: number): string {
  return gigabytes < 1000 ? `${grouped(gigabytes)} GB` : `${grouped(gigabytes / 1000)} TB`;
}

/** Aligns the first column to the left and the others to the right. */
function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => widestOf(rows.map((row) => row[column] ?? '')));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? padToColumns(cell, widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}

function inDollars(usd: number): string {
  return `${usd >= 100 || usd === 0 ? grouped(usd) : usd.toFixed(2)} USD`;
}

function grouped(value: number): string {
  const maximumFractionDigits = value >= 100 ? 0 : 2;
  return new Intl.NumberFormat('en', { maximumFractionDigits }).format(value);
}
