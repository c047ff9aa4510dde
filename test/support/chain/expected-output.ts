import type { ProbedAudio, ProbedMedia, ProbedVideo } from '../probed-media.ts';
import type { ExpectedOutput } from './expect-renditions.ts';

const MAX_FPS = 60;
/** Containers write times in whole milliseconds, or in ticks of a sixtieth of a second and less. */
const ROUNDING_SECONDS = 0.0025;

/**
 * What a file found in the wild is to become, by what ffprobe says of it.
 *
 * @param chosenFps rate that was chosen for the renditions: for sources that have none of their own
 * @throws Error for a file without video
 */
export function expectedOutputOf({ videos: [video], audios }: ProbedMedia, chosenFps: number): ExpectedOutput {
  if (video === undefined) throw new Error('The file has no video');
  const own = constantRate(video);
  // A group of sound in 5.1 offers every language, as the one in stereo does.
  const hasSurround = audios.some(({ channels }) => channels >= 6);
  const last = video.endSeconds - (video.times.at(-1) ?? 0);
  return {
    displayed: video.displayed,
    framesPerSecond: own === undefined ? chosenFps : own / Math.ceil(own / MAX_FPS - 1e-6),
    videoSeconds: video.endSeconds - video.firstSeconds,
    slackSeconds: Math.max(1 / chosenFps, last),
    audio: audios.flatMap(({ language, channels }) => [
      { language, channels: 2 } as const,
      ...(hasSurround ? [{ language, channels: channels < 6 ? 2 : 6 } as const] : []),
    ]),
    audioSeconds: audios.length === 0 ? undefined : Math.max(...audios.map(heardSeconds)),
  };
}

/** What an edit list leaves out comes before zero. */
function heardSeconds({ firstSeconds, endSeconds }: ProbedAudio): number {
  return endSeconds - Math.max(firstSeconds, 0);
}

/** Frames a second; undefined where frames do not last equally long. */
export function constantRate({ times }: Pick<ProbedVideo, 'times'>): number | undefined {
  const lengths = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  if (lengths.length === 0 || Math.max(...lengths) - Math.min(...lengths) > ROUNDING_SECONDS) return undefined;
  return lengths.length / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}
