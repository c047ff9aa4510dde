import { tmpdir } from 'node:os';
import type { FilterSupport } from '../../media/stills/rec709-filters.ts';
import { type MediaTools, runTool } from './media-tools.ts';

/** Asks ffmpeg once which of the optional filters it was built with. */
export async function filterSupport(tools: MediaTools): Promise<FilterSupport> {
  const { stdout } = await runTool({
    path: tools.ffmpegPath,
    args: ['-hide_banner', '-filters'],
    directory: tmpdir(),
    timeLimitMs: 30_000,
    signal: new AbortController().signal,
  });
  return { zscale: / zscale /.test(stdout) };
}
