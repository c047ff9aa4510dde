import { MAX_SIDE as MAX_SOURCE_SIDE, MIN_SIDE as MIN_SOURCE_SIDE } from '../../../lambdas/transcode/inspect-source.ts';
import { MAX_KNOWN_CHANNELS } from '../../../lambdas/transcode/remix-channels.ts';
import { MAX_SOUND_TRACKS } from '../../../lambdas/transcode/select-sound.ts';
import { PRESETS } from '../../../lib/config/presets.ts';
import { MAX_FPS, planFrameRate } from '../../../media/ladder/plan-frame-rate.ts';
import { MAX_RUNGS, MAX_SIDE } from '../../../media/ladder/plan-ladder.ts';
import { MIN_LASTING_SECONDS } from '../../../media/picture/runs.ts';
import { rational, valueOf } from '../../../media/rational.ts';

/** Formats a number as in `8,192`. */
function grouped(value: number): string {
  return value.toLocaleString('en');
}

function plannedRate(fps: number): number {
  return valueOf(planFrameRate({ frameRate: rational(fps) }));
}

/** Lists the limits of inputs and outputs, from the constants that set them. */
export function describeLimits(): string[] {
  return [
    `*Source*: each side of the stored picture has ${MIN_SOURCE_SIDE} to ${grouped(MAX_SOURCE_SIDE)} pixels. ` +
      'The container and the codecs are detected from the bytes; name and content type do not matter.',
    `*Sizes*: at most ${MAX_RUNGS} renditions. The largest has the display size of the source, rounded to even sides, up to ` +
      `${grouped(PRESETS.dev.ladder.maxShortSide)} lines (\`ladder.maxShortSide\`) and ${grouped(MAX_SIDE)} pixels on the longer side. ` +
      'No rendition is larger than its source.',
    `*Frame rate*: same as the source, up to ${MAX_FPS} per second. Faster sources lose frames evenly: ` +
      `${[120, 144, 240].map((fps) => `${fps} becomes ${plannedRate(fps)}`).join(', ')}.`,
    `*Changes*: the largest picture that lasts at least ${MIN_LASTING_SECONDS} s at a time sets the size of the video. ` +
      'Others get black bars instead of being stretched.',
    '*Lengths*: all tracks begin and end together: black frames fill in for missing picture, and silence for missing sound.',
    `*Sound*: up to ${MAX_SOUND_TRACKS} tracks, each in stereo; tracks with six channels or more also in 5.1. Of more than ` +
      `${MAX_KNOWN_CHANNELS} channels, the first six are used.`,
    '*Damage*: zeros in PCM are taken for silence, unless the picture beside them in the file is damaged, too; other overwritten ' +
      'bytes in PCM are heard as noise. Neither has a warning, since nothing tells them from sound. A loss of exactly 16 packets ' +
      'of a picture in a transport stream has none either, since their counter has four bits.',
  ];
}
