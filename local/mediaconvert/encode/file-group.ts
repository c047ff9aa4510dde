import { readdir } from 'node:fs/promises';
import { parseS3Uri } from '../encoder-store.ts';
import type { FinishedGroup } from './cmaf-group.ts';
import type { EncodePlan } from './encode-plan.ts';
import { valueOf } from '../../../media/rational.ts';

const NUMBER_DIGITS = 7;

/**
 * Lists the frame captures of a file group under their object names, `<base>.0000000.jpg` and so on, or from `0000001`. The
 * event names the last one of each output, and states the duration of its images, which is not that of the video.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/file-group-with-frame-capture-output.html
 */
export async function finishFileGroup(
  plan: EncodePlan,
  group: { readonly index: number; readonly destination: string; readonly directory: string; readonly firstCapture: number },
): Promise<FinishedGroup> {
  const files = (await readdir(group.directory)).toSorted();
  const { bucket, key } = parseS3Uri(group.destination);
  const outputs = plan.captures.filter(({ groupIndex }) => groupIndex === group.index).map((planned) => {
    const prefix = planned.file.slice(0, planned.file.indexOf('%'));
    const base = `${key}${planned.output.nameModifier ?? ''}`;
    const uploads = files
      .filter((file) => file.startsWith(prefix))
      .map((file, position) => {
        const number = String(position + group.firstCapture).padStart(NUMBER_DIGITS, '0');
        return { bucket, key: `${base}.${number}.jpg`, contentType: 'image/jpeg', file };
      });
    const last = uploads.at(-1);
    return {
      uploads,
      detail: {
        outputFilePaths: last === undefined ? [] : [`s3://${last.bucket}/${last.key}`],
        durationInMs: Math.round(((uploads.length * planned.everyFrames) / valueOf(plan.frameRate)) * 1000),
        videoDetails: { widthInPx: planned.size.width, heightInPx: planned.size.height },
      },
    };
  });
  return {
    uploads: outputs.flatMap(({ uploads }) => uploads),
    playlistFilePaths: [],
    outputDetails: outputs.map(({ detail }) => detail),
  };
}
