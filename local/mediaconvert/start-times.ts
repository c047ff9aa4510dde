import type { EncodePlan } from './encode-plan.ts';
import { measureFirstFrameTime, type ProbeOptions } from './ffprobe.ts';
import { JobFailedError } from './job-failed-error.ts';

/**
 * Start times of the outputs. Each output is encoded from its own first frame; its start time is written into its fragments
 * afterwards.
 */
export interface StartTimes {
  /** Start of all video renditions, seconds of the presentation. */
  readonly videoSeconds: number;
  /** Starts of audio by index of the source stream. */
  readonly audio: ReadonlyMap<number, AudioStart>;
}

export interface AudioStart {
  readonly startSeconds: number;
  /** Silence to insert before the first sample, for audio that begins long after the video. */
  readonly silenceSeconds: number;
  /** Audio to cut, for audio that begins long before the video. */
  readonly trimSeconds: number;
}

/**
 * Gap between audio and video that outputs keep; a longer one is closed. Browsers play a video whose audio or video begins
 * up to a second late; beyond that they wait at zero forever.
 */
const MAX_GAP_SECONDS = 0.5;
/** Gap that counts as none: time stamps of some containers are whole milliseconds. */
const MAX_ROUNDING_SECONDS = 0.0015;

/**
 * Measures when audio and video of the source begin.
 *
 * @throws JobFailedError if no frame of the video can be decoded
 */
export async function measureStartTimes(plan: EncodePlan, options: ProbeOptions): Promise<StartTimes> {
  const streams = [...new Set(plan.audios.map(({ stream }) => stream.index))];
  const [video, ...audios] = await Promise.all(
    [plan.video.index, ...streams].map((index) => measureFirstFrameTime(plan.media, index, options)),
  );
  if (video === undefined) throw new JobFailedError('decoderError');
  return deriveStartTimes(new Map(streams.map((index, position) => [index, (audios[position] ?? video) - video])));
}

/**
 * Derives the start times of the outputs.
 *
 * @param gaps seconds from the start of the video to that of each audio stream, by index of the stream
 */
export function deriveStartTimes(gaps: ReadonlyMap<number, number>): StartTimes {
  const kept = [...gaps.values()].filter(
    (gap) => Math.abs(gap) <= MAX_GAP_SECONDS && Math.abs(gap) > MAX_ROUNDING_SECONDS,
  );
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
