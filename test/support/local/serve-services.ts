import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { Directory } from '../../../local/cloud/directory.ts';
import type { CloudContext } from '../../../local/cloud/laptop-service.ts';

/** Returns a context for services under test: a state directory of its own, assets below it, and no ffmpeg. */
export function temporaryContext(
  more: Partial<CloudContext> = {},
): Omit<CloudContext, 'isReplacedLocally'> {
  const stateDirectory = more.stateDirectory ?? mkdtempSync(join(tmpdir(), 'sluice-'));
  return {
    stateDirectory,
    endpoint: () => 'http://127.0.0.1:1',
    assetPath: (key) => join(stateDirectory, 'assets', key),
    ffmpegPath: '',
    ffprobePath: '',
    credentials: Credentials.open(stateDirectory),
    directory: new Directory(),
    reportError: () => undefined,
    ...more,
  };
}
