import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { buildIndex } from '../../../media/packaging/build-index.ts';
import { footagePath } from '../../support/footage.ts';
import { fuzzedFile, runFuzzCase } from '../../support/media/packaging/fuzz-cases.ts';

// `npm run fuzz` runs half a million cases.
test('damaged files and indexes end with a code', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  try {
    const [whole, fragmented] = [join(folder, 'whole.mp4'), join(folder, 'fragmented.mp4')];
    const copy = ['-map', '0', '-c', 'copy', '-t', '0.5'];
    const outputs = [...copy, whole, ...copy, '-movflags', 'frag_keyframe', '-frag_duration', '100000', fragmented];
    await promisify(execFile)(getFfmpeg().ffmpegPath, ['-v', 'error', '-i', footagePath, ...outputs]);
    const outcomes = new Map<string, number>();
    for (const path of [whole, fragmented]) {
      const bytes = await readFile(path);
      const index = Buffer.from(await buildIndex(byteSourceOf(bytes), { identity: 'file' }));
      for (let seed = 1; seed <= 300; seed += 1) {
        const outcome = await runFuzzCase(fuzzedFile(path, bytes), index, seed);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    }
    expect(outcomes.get('packaged')).toBeGreaterThan(100);
    expect(outcomes.get('damaged')).toBeGreaterThan(30);
    expect(outcomes.get('index_damaged')).toBeGreaterThan(10);
    expect(outcomes.size).toBeGreaterThan(8);
  } finally {
    await rm(folder, { recursive: true });
  }
});
