import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleFunctions } from '../lib/foundation/bundle-functions.ts';
import { formatKilobytes, formatSeconds, measureMs } from './figures.ts';
import { median } from './median.ts';
import type { BenchOptions, BenchRow } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const EMPTY_APP = `const { App, Stack } = require('aws-cdk-lib'); new Stack(new App(), 'Empty').node.root.synth()`;
const SYNTHESIS_AIM_MS = 6000;
const BUNDLE_AIM_BYTES = 1.5e6;

/** Measures `cdk synth` of the app, validation included, and the size of the functions' bundles. */
export async function* synthesis({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  const { directory } = await bundleFunctions();
  const [app, empty]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    log(`synthesizing, round ${round} of ${rounds}`);
    app.push(await measureMs(() => synthesize('node bin/app.ts')));
    empty.push(await measureMs(() => synthesize(`node -e "${EMPTY_APP}"`)));
  }
  const [appMs, emptyMs] = [median(app), median(empty)];
  yield {
    measure: 'cdk synth',
    sluice: formatSeconds(appMs),
    peer: `cdk synth of an empty stack: ${formatSeconds(emptyMs)}`,
    ratio: appMs / emptyMs,
    aim: { text: `< ${SYNTHESIS_AIM_MS / 1000} s`, met: appMs < SYNTHESIS_AIM_MS },
  };

  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name, 'index.mjs')).size);
  const [largest, client] = [Math.max(...sizes), await sizeOfS3Client()];
  yield {
    measure: `largest of ${sizes.length} function bundles`,
    sluice: formatKilobytes(largest),
    peer: `@aws-sdk/client-s3 alone: ${formatKilobytes(client)}`,
    ratio: largest / client,
    aim: { text: '< 1.5 MB', met: sizes.every((size) => size < BUNDLE_AIM_BYTES) },
  };
}

async function synthesize(app: string): Promise<void> {
  using output = temporaryDirectory();
  const options = ['synth', '--quiet', '--no-notices', '--app', app, '--output', output.path];
  await run(process.execPath, [CDK, ...options], { cwd: ROOT });
}

/** Returns the size of the largest SDK client, bundled as the functions are, in bytes. */
async function sizeOfS3Client(): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export { S3 } from '@aws-sdk/client-s3';`, resolveDir: ROOT },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    write: false,
  });
  return outputFiles[0]?.contents.length ?? 0;
}
