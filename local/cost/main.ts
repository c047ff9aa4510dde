import { UsageError } from '../cli/options.ts';
import { COST_USAGE, parseCostOptions } from './cost-options.ts';
import { describeCost } from './describe-cost.ts';

/** Entry point of `npm run cost`. */
try {
  const options = parseCostOptions(process.argv.slice(2), process.env);
  process.stdout.write(`${options === undefined ? COST_USAGE : describeCost(options)}\n`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
