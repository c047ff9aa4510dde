import type { CreateJobCommandInput } from '@aws-sdk/client-mediaconvert';
import { checkCreateJob } from '../../../local/mediaconvert/model/create-job-model.ts';

/** Returns which rules of MediaConvert some jobs violate: those of its API model, and those that the model does not state. */
export function findJobProblems(...jobs: readonly CreateJobCommandInput[]): readonly string[] {
  return jobs.flatMap((job) => [checkCreateJob(job, 'sdk') ?? [], findViolations(job)].flat());
}

/**
 * Returns which of MediaConvert's rules that its API model does not state a job violates.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/outputs-file-ABR.html
 */
function findViolations(job: CreateJobCommandInput): readonly string[] {
  const pairs = Object.entries(job.UserMetadata ?? {});
  const outputs = outputsOf(job);
  const [input] = job.Settings?.Inputs ?? [];
  const defaults = outputs.filter(
    ({ output }) => output.ContainerSettings?.CmfcSettings?.AudioTrackType === 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT',
  );
  const hasAudio = outputs.some(({ output }) => output.AudioDescriptions !== undefined);
  const rules: Readonly<Record<string, boolean>> = {
    'a token of up to 64 characters': (job.ClientRequestToken ?? '').length <= 64,
    'up to ten pairs of metadata': pairs.length <= 10,
    'metadata of up to 256 characters without & and %': pairs
      .flat()
      .every((text) => text.length <= 256 && !/[&%]/.test(text)),
    'selectors only for audio': hasAudio === Object.keys(input?.AudioSelectors ?? {}).length > 0,
    'at most one default audio': defaults.length <= 1,
    'names of outputs that differ':
      new Set(outputs.map(({ output, group }) => `${group?.Type} ${output.NameModifier}`)).size === outputs.length,
    'each audio in an output of its own': outputs.every(
      ({ output: { AudioDescriptions: audio, VideoDescription: video } }) =>
        (audio === undefined) !== (video === undefined) && (audio ?? []).length <= 1,
    ),
    'even sizes': outputs.every(
      ({ output: { VideoDescription: video } }) => ((video?.Width ?? 0) | (video?.Height ?? 0)) % 2 === 0,
    ),
    'a video output beside frame captures': outputs.some(
      ({ output }) => output.VideoDescription?.CodecSettings?.Codec === 'H_264',
    ),
    ...Object.fromEntries(
      outputs.flatMap(({ output: { VideoDescription: video }, group }, index) => {
        const h264 = video?.CodecSettings?.H264Settings;
        const cmaf = group?.CmafGroupSettings;
        if (h264 === undefined || cmaf === undefined) return [];
        const gop = h264.GopSize ?? 0;
        return [
          [`output ${index}: a ceiling for QVBR`, h264.RateControlMode === 'QVBR' && h264.MaxBitrate !== undefined],
          [`output ${index}: closed GOPs in seconds`, h264.GopSizeUnits === 'SECONDS' && h264.GopClosedCadence === 1],
          [
            `output ${index}: fragments and segments of whole GOPs`,
            [cmaf.FragmentLength ?? 0, cmaf.SegmentLength ?? 0].every((length) => length > 0 && length % gop === 0),
          ],
        ];
      }),
    ),
  };
  return Object.keys(rules).filter((rule) => rules[rule] !== true);
}

function outputsOf({ Settings }: CreateJobCommandInput) {
  return (Settings?.OutputGroups ?? []).flatMap(({ Outputs = [], OutputGroupSettings }) =>
    Outputs.map((output) => ({ output, group: OutputGroupSettings })),
  );
}
