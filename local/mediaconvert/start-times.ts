import type { EncodePlan } from './encode-plan.ts';
import { firstFrameTime, type ProbeOptions } from './ffprobe.ts';
import { JobFailedError } from './job-failed-error.ts';

/**
 * How sound and picture of a source begin, and where the outputs begin therefore. Each output is encoded from its own
 * first frame on; its start is written into its fragments afterwards.
 */
export interface StartTimes {
  /** Seconds after the presentation's zero at which every picture begins. */
  readonly videoSeconds: number;
  /** By index of the stream. */
  readonly audio: ReadonlyMap<number, AudioStart>;
}

export interface AudioStart {
  readonly startSeconds: number;
  /** Silence to add before the first sample, for sound that begins long after the picture. */
  readonly silenceSeconds: number;
  /** Sound to leave out, which is heard long before there is a picture. */
  readonly trimSeconds: number;
}

/**
 * Browsers start a video whose sound or picture begins up to a second late, beyond that they wait at zero for ever. Within
 * half a second the outputs keep the gap of the source; beyond it they close it.
 */
const MAX_GAP_SECONDS = 0.5;
/** Time stamps of some containers are whole milliseconds. */
const NOTHING_SECONDS = 0.0015;

/** @throws JobFailedError if no frame of the video can be decoded */
export async function measureStartTimes(plan: EncodePlan, options: ProbeOptions): Promise<StartTimes> {
  const streams = [...new Set(plan.audios.map(({ stream }) => stream.index))];
  const [video, ...audios] = await Promise.all(
    [plan.video.index, ...streams].map((index) => firstFrameTime(plan.media, index, options)),
  );
  if (video === undefined) throw new JobFailedError('decoderError');
  return startTimes(new Map(streams.map((index, position) => [index, (audios[position] ?? video) - video])));
}

/** @param gaps by stream, how many seconds after the picture its sound begins */
export function startTimes(gaps: ReadonlyMap<number, number>): StartTimes {
  const kept = [...gaps.values()].filter((gap) => Math.abs(gap) <= MAX_GAP_SECONDS && Math.abs(gap) > NOTHING_SECONDS);
  const videoSeconds = Math.max(0, ...kept.map((gap) => -gap));
  const audio = new Map<number, AudioStart>();
  for (const [index, gap] of gaps) {
    const isKept = kept.includes(gap);
    audio.set(index, {
      startSeconds: videoSeconds + (isKept ? gap : 0),
      silenceSeconds: isKept ? 0 : gap > MAX_GAP_SECONDS ? gap : 0,
      trimSeconds: isKept ? 0 : gap < -MAX_GAP_SECONDS ? -gap : 0,
    });
  }
  return { videoSeconds, audio };
}
