import type { ProbedAudio, ProbedMedia, ProbedVideo } from '../probed-media.ts';
import type { ExpectedOutput } from './expect-renditions.ts';

const MAX_FPS = 60;
/** Maximum rounding error of times in containers, which use whole milliseconds, or ticks of 1/60 s or less. */
const ROUNDING_SECONDS = 0.0025;

/**
 * Derives the expected output of a real-world file from what ffprobe reports.
 *
 * @param chosenFps frame rate of the renditions, for sources without a constant frame rate
 * @throws Error for a file without video
 */
export function expectedOutputOf({ videos: [video], audios }: ProbedMedia, chosenFps: number): ExpectedOutput {
  if (video === undefined) throw new Error('The file has no video track.');
  const sourceFps = constantRate(video);
  // The audio group with 5.1 offers every language, as the stereo group does.
  const hasSurround = audios.some(({ channels }) => channels >= 6);
  const lastFrameSeconds = video.endSeconds - (video.times.at(-1) ?? 0);
  // The shorter of video and audio is padded. A gap of less than a frame is not.
  const tracks = [video, ...audios.map(audible)];
  const seconds =
    Math.max(...tracks.map(({ endSeconds }) => endSeconds)) - Math.min(...tracks.map(({ firstSeconds }) => firstSeconds));
  return {
    displayed: video.displayed,
    framesPerSecond: sourceFps === undefined ? chosenFps : sourceFps / Math.ceil(sourceFps / MAX_FPS - 1e-6),
    videoSeconds: seconds,
    slackSeconds: Math.max((audios.length === 0 ? 1 : 2) / chosenFps, lastFrameSeconds),
    audio: audios.flatMap(({ language, channels }) => [
      { language, channels: 2 } as const,
      ...(hasSurround ? [{ language, channels: channels < 6 ? 2 : 6 } as const] : []),
    ]),
    audioSeconds: audios.length === 0 ? undefined : seconds,
  };
}

/** Returns when audio is heard: what an edit list skips has times before zero. */
function audible({ firstSeconds, endSeconds }: ProbedAudio): Pick<ProbedAudio, 'firstSeconds' | 'endSeconds'> {
  return { firstSeconds: Math.max(firstSeconds, 0), endSeconds };
}

/** Returns the frame rate, or undefined if frames differ in duration. */
export function constantRate({ times }: Pick<ProbedVideo, 'times'>): number | undefined {
  const durations = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  if (durations.length === 0 || Math.max(...durations) - Math.min(...durations) > ROUNDING_SECONDS) return undefined;
  return durations.length / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}
