import { findFfmpeg } from '../../local/cli/ffmpeg.ts';
import { installFfmpeg } from '../../local/cli/install-ffmpeg.ts';

/** Installs ffmpeg where it is missing, before the tests. */
export default async function prepareFfmpeg(): Promise<void> {
  if (findFfmpeg() === undefined) await installFfmpeg((command) => void process.stdout.write(`${command}\n`));
}
