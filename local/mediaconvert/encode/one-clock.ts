import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { rewriteJumpingProgramClock } from '../../../media/mpeg-ps/rewrite-clock.ts';
import { rewriteJumpingClock } from '../../../media/mpeg-ts/rewrite-clock.ts';
import { sniffSource } from '../../../media/sniffing/sniff.ts';
import { fileSource } from '../file-source.ts';
import { type LocalMedia, type ProbedFile, probeFile, type ProbeOptions } from '../probe/ffprobe.ts';

/** Name of the rewritten source in the job's directory. */
const ONE_CLOCK = 'one-clock';

/** Functions that rewrite a file, by ffmpeg's demuxer. */
const REWRITERS: Readonly<Record<string, typeof rewriteJumpingClock>> = {
  mpegts: rewriteJumpingClock,
  mpeg: rewriteJumpingProgramClock,
};

interface Source {
  readonly media: LocalMedia;
  readonly probed: ProbedFile;
}

/**
 * Replaces a transport or program stream whose clock jumps by one whose clock does not. Laptop encoder: ffmpeg takes the jumps of picture
 * and sound for different ones and separates them by up to ten seconds.
 */
export async function putOnOneClock<Job extends Source & ProbeOptions & { readonly directory: string }>(job: Job): Promise<Job> {
  const rewrite = REWRITERS[job.media.demuxer];
  if (rewrite === undefined) return job;
  const file = await open(job.media.path);
  try {
    // Without an ID3 tag before it.
    const { media: stream } = await sniffSource(fileSource(file, (await file.stat()).size));
    const pieces = await rewrite(stream);
    if (pieces === undefined) return job;
    const media = { ...job.media, path: join(job.directory, ONE_CLOCK) };
    await pipeline(Readable.from(pieces), createWriteStream(media.path), { signal: job.signal });
    return { ...job, media, probed: (await probeFile(media, job)) ?? job.probed };
  } finally {
    await file.close();
  }
}
