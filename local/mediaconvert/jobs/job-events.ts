import { ACCOUNT_ID } from '../../cloud/account.ts';
import type { EventInput } from '../../eventbridge/event.ts';
import type { ProbedFile } from '../probe/ffprobe.ts';
import { type JobRecord, jobArn } from './job-record.ts';
import { audioStreams, streamFrameRate, languageOf, videoStreams } from '../probe/stream-facts.ts';
import { valueOf } from '../../../media/rational.ts';

export type JobPhase = 'PROBING' | 'TRANSCODING' | 'UPLOADING';
const PHASES: readonly JobPhase[] = ['PROBING', 'TRANSCODING', 'UPLOADING'];

/**
 * Builds the event "MediaConvert Job State Change".
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 *
 * @param timestamp milliseconds since the epoch
 * @param detail fields that only this status has
 */
export function buildJobStateEvent(
  job: JobRecord,
  status: string,
  timestamp: number,
  detail: Record<string, unknown>,
): EventInput {
  return {
    source: 'aws.mediaconvert',
    'detail-type': 'MediaConvert Job State Change',
    time: new Date(timestamp),
    resources: [jobArn(job.id)],
    detail: {
      timestamp,
      accountId: ACCOUNT_ID,
      queue: job.queueArn,
      jobId: job.id,
      status,
      userMetadata: job.userMetadata,
      ...detail,
    },
  };
}

/** Builds the detail of STATUS_UPDATE: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_status_update.html */
export function buildStatusUpdateDetail(
  phase: JobPhase,
  phasePercent: number,
  jobPercent: number,
  frames: number,
): Record<string, unknown> {
  const current = PHASES.indexOf(phase);
  const progressOf = (index: number): object =>
    index < current
      ? { status: 'COMPLETE', percentComplete: 100 }
      : index === current
        ? { status: 'PROGRESSING', percentComplete: phasePercent }
        : { status: 'PENDING', percentComplete: 0 };
  return {
    framesDecoded: frames,
    jobProgress: {
      phaseProgress: Object.fromEntries(PHASES.map((name, index) => [name, progressOf(index)])),
      jobPercentComplete: jobPercent,
      currentPhase: phase,
      retryCount: 0,
    },
  };
}

const VIDEO_CODECS: Readonly<Record<string, string>> = {
  h264: 'H_264',
  hevc: 'H_265',
  mpeg2video: 'MPEG2',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
};

/** Builds the detail of INPUT_INFORMATION: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_input_information.html */
export function buildInputInformationDetail(uri: string, probed: ProbedFile): Record<string, unknown> {
  return {
    inputDetails: [
      {
        id: 1,
        uri,
        audio: audioStreams(probed).map((stream) => ({
          channels: stream.channels,
          codec: stream.codec_name?.toUpperCase(),
          language: (languageOf(stream) ?? 'und').toUpperCase(),
          sampleRate: stream.sample_rate,
          streamId: stream.index + 1,
        })),
        video: videoStreams(probed).map((stream) => {
          const rate = streamFrameRate(stream);
          return {
            codec: VIDEO_CODECS[stream.codec_name ?? ''] ?? stream.codec_name?.toUpperCase(),
            fourCC: stream.codec_tag_string,
            frameRate: rate === undefined ? undefined : Number(valueOf(rate).toFixed(3)),
            height: stream.height,
            sar: stream.sample_aspect_ratio ?? '1:1',
            streamId: stream.index + 1,
            width: stream.width,
          };
        }),
      },
    ],
  };
}
