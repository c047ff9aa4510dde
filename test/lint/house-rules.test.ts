import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Sample {
  /** Folder of the file, below the root of the repository. */
  readonly folder: string;
  readonly code: string;
}

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

const ROOT = join(import.meta.dirname, '../..');
const RULES = ['function-declarations', 'import-direction', 'names'];

/** Samples that each rule must reject, by rule. */
const REJECTED: Readonly<Record<string, readonly Sample[]>> = {
  'function-declarations': [
    { folder: 'local', code: 'const double = (value: number) => 2 * value; double(1);' },
    { folder: 'local', code: 'export const double = function (value: number) { return 2 * value; };' },
    { folder: 'local', code: 'export function outer() { function inner() { return 1; } return inner(); }' },
  ],
  names: [
    { folder: 'local', code: 'export class Missing extends Error {}' },
    { folder: 'local', code: 'class ApiError extends Error {}\nexport class Refusal extends ApiError {}' },
    { folder: 'local', code: 'export const MOST_PARTS = 10_000;' },
    { folder: 'local', code: 'export const LEAST_PART_BYTES = 5;' },
  ],
  'import-direction': [
    imports('media/hls', 'catalog/database.ts'),
    imports('catalog/videos', 'media/rational.ts'),
    imports('lambdas/runtime', 'lambdas/contracts/steps.ts'),
    imports('lambdas/contracts', 'lambdas/runtime/clients/s3.ts'),
    imports('lambdas/signing', 'lambdas/chain/run-step.ts'),
    imports('lambdas/just-in-time', 'lambdas/signing/sign-video.ts'),
    imports('lambdas/chain', 'lambdas/transcode/plan-encode.ts'),
    imports('lambdas/api', 'lambdas/playback/playback.ts'),
    imports('lambdas/api', 'local/cloud/account.ts'),
    imports('lib/chain', 'lambdas/transcode/env.ts'),
    imports('lib/chain', 'media/rational.ts'),
    imports('bin', 'lambdas/contracts/steps.ts'),
    imports('web', 'lambdas/api/env.ts'),
    imports('web', 'catalog/database.ts'),
    imports('local', 'test/support/clips.ts'),
    imports('local', 'bench/table.ts'),
    { folder: 'media', code: "export { value } from '../catalog/database.ts';" },
    { folder: 'media', code: "export * from '../catalog/database.ts';" },
    { folder: 'media', code: "import type { Value } from '../catalog/database.ts'; export type Mine = Value;" },
    { folder: 'media', code: "export type Mine = import('../catalog/database.ts').Value;" },
    { folder: 'media', code: "export const loaded = await import('../catalog/database.ts');" },
  ],
};

/** Samples that no rule may reject. */
const ACCEPTED: readonly Sample[] = [
  { folder: 'local', code: 'export function double(value: number) { return 2 * value; }' },
  { folder: 'local', code: 'export const double: (value: number) => number = (value) => 2 * value;' },
  { folder: 'local', code: 'export function outer() { const inner = () => 1; return inner(); }' },
  { folder: 'local', code: 'export function outer() { function* inner() { yield 1; } return [...inner()]; }' },
  { folder: 'local', code: 'export class MissingError extends Error {}' },
  { folder: 'local', code: 'export const MAX_PARTS = 10_000;' },
  imports('media/hls', 'media/rational.ts'),
  imports('media', 'media/hls/b.ts'),
  imports('lambdas/contracts', 'catalog/videos/video-status.ts'),
  imports('lambdas/signing', 'lambdas/runtime/clients/s3.ts'),
  imports('lambdas/chain', 'lambdas/signing/sign-video.ts'),
  imports('lambdas/just-in-time', 'lambdas/contracts/output-layout.ts'),
  imports('lambdas/api', 'lambdas/just-in-time/kept-objects.ts'),
  imports('lambdas/api', 'lambdas/chain/retry-upload.ts'),
  imports('lambdas/api', 'lambdas/api/b.ts'),
  imports('lib/chain', 'lambdas/contracts/steps.ts'),
  { folder: 'lib/chain', code: "import type { Env } from '../../lambdas/transcode/env.ts'; export type Mine = Env;" },
  { folder: 'lib/chain', code: "import { type Env } from '../../lambdas/transcode/env.ts'; export type Mine = Env;" },
  imports('bin', 'lib/sluice.ts'),
  imports('web', 'media/rational.ts'),
  imports('local', 'lambdas/api/env.ts'),
  imports('test', 'bench/table.ts'),
  { folder: 'media', code: "import { join } from 'node:path'; export const path = join('a');" },
];

/** Returns a sample in `folder` that imports a value from `target`. */
function imports(folder: string, target: string): Sample {
  const up = '../'.repeat(folder.split('/').length);
  return { folder, code: `import { value } from '${up}${target}'; export const copy = value;` };
}

/** Runs the house rules on all samples at once. @returns the rules that reject each sample */
async function lint(samples: readonly Sample[]): Promise<string[][]> {
  const root = mkdtempSync(join(tmpdir(), 'house-rules-'));
  const config = {
    jsPlugins: [join(ROOT, 'lint/house-rules.js')],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(RULES.map((rule) => [`house/${rule}`, 'error'])),
  };
  try {
    writeFileSync(join(root, '.oxlintrc.json'), JSON.stringify(config));
    const files = samples.map(({ folder, code }, index) => {
      const file = `${folder}/sample-${index}.ts`;
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, file), code);
      return file;
    });
    const { diagnostics } = JSON.parse(await runOxlint(root)) as Report;
    return files.map((file) => diagnostics.filter(({ filename }) => filename === file).map(({ code }) => code));
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function runOxlint(cwd: string): Promise<string> {
  const args = [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--format', 'json', '.'];
  try {
    return (await promisify(execFile)(process.execPath, args, { cwd })).stdout;
  } catch (error) {
    // Oxlint exits with status 1 if it reports anything.
    return (error as { stdout: string }).stdout;
  }
}

let rejections: ReadonlyMap<Sample, readonly string[]>;

beforeAll(async () => {
  const samples = [...Object.values(REJECTED).flat(), ...ACCEPTED];
  const results = await lint(samples);
  rejections = new Map(samples.map((sample, index) => [sample, results[index] ?? []]));
});

test('the configuration reports every house rule and every circle as an error, and samples cover each rule', () => {
  const { rules } = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
    rules: Record<string, unknown>;
  };
  const houseRules = Object.keys(rules).filter((name) => name.startsWith('house/'));
  expect(houseRules.toSorted()).toEqual(RULES.map((rule) => `house/${rule}`));
  expect(houseRules.map((name) => rules[name])).toEqual(RULES.map(() => 'error'));
  expect(rules['import/no-cycle']).toEqual(['error', { ignoreTypes: false }]);
  expect(Object.keys(REJECTED).toSorted()).toEqual(RULES);
});

describe.each(Object.entries(REJECTED))('house/%s', (rule, samples) => {
  test.each(samples)('rejects in $folder: $code', (sample) => {
    expect(rejections.get(sample)).toEqual([`house(${rule})`]);
  });
});

test.each(ACCEPTED)('no rule rejects in $folder: $code', (sample) => {
  expect(rejections.get(sample)).toEqual([]);
});
