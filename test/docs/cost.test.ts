import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESETS } from '../../lib/config/presets.ts';
import { describeCost } from '../../local/cost/describe-cost.ts';
import { parseCostOptions } from '../../local/cost/cost-options.ts';
import { MEDIA_CONVERT } from '../../pricing/list-prices.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8');

test('docs/cost.md shows what npm run cost prints', () => {
  const options = parseCostOptions([]);
  const printed = options === undefined ? '' : describeCost(options);
  expect(printed).not.toBe('');
  // On failure, copy what the code computes into the document.
  expect(/```\n(5,000,000 viewers[^]*?)\n```/.exec(text)?.[1]).toBe(printed);
});

test('docs/cost.md states the factors of the price list', () => {
  const { normalizedMinute, resolution, above30FramesPerSecond, quality } = MEDIA_CONVERT;
  expect(text).toContain(`| what | factor on ${normalizedMinute.basic} USD a minute |`);
  expect(text).toContain(`| below 720 lines, up to 1080, above | ${Object.values(resolution).join(', ')} |`);
  expect(text).toContain(`| above 30 frames a second | ${above30FramesPerSecond} |`);
  expect(text).toContain(`uses another quality than \`SINGLE_PASS\` | ${normalizedMinute.professional / normalizedMinute.basic} |`);
  expect(text).toContain(`| quality \`MULTI_PASS_HQ\` | ${quality.MULTI_PASS_HQ} |`);
});

test.each(['maxPriceUsd', 'maxPriceUsdPerDay'] as const)('docs/cost.md states the defaults of encode.%s', (key) => {
  const [dev, prod] = [PRESETS.dev.encode[key], PRESETS.prod.encode[key]].map((usd) => `${usd.toLocaleString('en')} USD`);
  expect(text).toContain(`| \`encode.${key}\` | ${dev} | ${prod} |`);
});
