import type { CreateJobCommandInput, InputRotate, OutputGroup } from '@aws-sdk/client-mediaconvert';
import type { Ladder } from '../../media/ladder/plan-ladder.ts';
import type { JobMetadata } from '../contracts/job-state-change.ts';
import { encodePrefix, MANIFEST_BASE_NAME, POSTER_FRAMES_PREFIX } from '../contracts/output-layout.ts';
import { audioOutputs, audioSelectors } from './job-audio.ts';
import { frameSettings, type QualityTuning, videoOutput } from './job-video-output.ts';

export interface JobRequest {
  readonly ladder: Ladder;
  readonly source: { readonly bucket: string; readonly key: string };
  readonly outputBucket: string;
  /** ARNs of the MediaConvert queue and of the role that the job assumes. */
  readonly queueArn: string;
  readonly roleArn: string;
  readonly metadata: JobMetadata;
  /** @default `SINGLE_PASS` */
  readonly qualityTuning?: QualityTuning;
}

/** Base name of the frame captures, before their number. */
const POSTER_FRAME_BASE_NAME = 'frame';

/**
 * Returns the request for a ladder: single-file CMAF with HLS and DASH manifests, a tiled storyboard, and candidate
 * frames for the poster. The attempt's id is the request token, which makes the request repeatable.
 *
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/outputs-file-ABR.html
 */
export function jobSettings(request: JobRequest): CreateJobCommandInput {
  const { ladder, source, metadata } = request;
  const location = { videoId: metadata.videoId, revision: Number(metadata.revision), attemptId: metadata.attemptId };
  const destination = `s3://${request.outputBucket}/${encodePrefix(location)}`;
  return {
    ClientRequestToken: metadata.attemptId,
    Queue: request.queueArn,
    Role: request.roleArn,
    UserMetadata: { ...metadata },
    Priority: 0,
    StatusUpdateInterval: 'SECONDS_10',
    AccelerationSettings: { Mode: 'DISABLED' },
    BillingTagsSource: 'JOB',
    Settings: {
      TimecodeConfig: { Source: 'ZEROBASED' },
      Inputs: [
        {
          FileInput: `s3://${source.bucket}/${source.key}`,
          TimecodeSource: 'ZEROBASED',
          VideoSelector: { Rotate: rotate(ladder) },
          ...(ladder.audio.length > 0 ? { AudioSelectors: audioSelectors(ladder.audio) } : {}),
        },
      ],
      OutputGroups: [
        streamingGroup(ladder, `${destination}${MANIFEST_BASE_NAME}`, request.qualityTuning ?? 'SINGLE_PASS'),
        posterGroup(ladder, `${destination}${POSTER_FRAMES_PREFIX}${POSTER_FRAME_BASE_NAME}`),
      ],
    },
  };
}

/**
 * Returns the rotation setting. By default the encoder ignores the rotation of the file, and `AUTO` respects it only in
 * MOV and MP4. Degrees work for any container, and the ladder was planned with them.
 */
function rotate({ rotation }: Ladder): InputRotate {
  return rotation === 0 ? 'AUTO' : `DEGREES_${rotation}`;
}

function streamingGroup(ladder: Ladder, destination: string, tuning: QualityTuning): OutputGroup {
  const { storyboard } = ladder;
  const groups = [...new Set(ladder.audio.map(({ group }) => group))];
  return {
    Name: 'CMAF',
    OutputGroupSettings: {
      Type: 'CMAF_GROUP_SETTINGS',
      CmafGroupSettings: {
        Destination: destination,
        WriteHlsManifest: 'ENABLED',
        WriteDashManifest: 'ENABLED',
        SegmentControl: 'SINGLE_FILE',
        MpdProfile: 'ON_DEMAND_PROFILE',
        SegmentLength: ladder.segmentSeconds,
        SegmentLengthControl: 'EXACT',
        FragmentLength: ladder.gopSeconds,
        // A final segment of a few frames makes some players hang.
        MinFinalSegmentLength: 1,
        CodecSpecification: 'RFC_6381',
        ManifestDurationFormat: 'FLOATING_POINT',
        StreamInfResolution: 'INCLUDE',
        // Rounds the target duration up, as RFC 8216 requires for whole seconds.
        TargetDurationCompatibilityMode: 'LEGACY',
        // "For wider player compatibility": ffmpeg, for example, starts late with signed ones.
        VideoCompositionOffsets: 'UNSIGNED',
        ImageBasedTrickPlay: 'ADVANCED',
        ImageBasedTrickPlaySettings: {
          IntervalCadence: 'FOLLOW_CUSTOM',
          ThumbnailInterval: storyboard.intervalSeconds,
          ThumbnailWidth: storyboard.thumbnail.width,
          ThumbnailHeight: storyboard.thumbnail.height,
          TileWidth: storyboard.columns,
          TileHeight: storyboard.rows,
        },
      },
    },
    Outputs: [
      ...ladder.rungs.map((rung) => videoOutput(rung, ladder, tuning, groups)),
      ...audioOutputs(ladder.audio),
    ],
  };
}

/**
 * Returns a group that captures the first frame and one per interval, named `frame.0000000.jpg` and so on.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/file-group-with-frame-capture-output.html
 */
function posterGroup(ladder: Ladder, destination: string): OutputGroup {
  const { poster } = ladder;
  return {
    Name: 'File Group',
    OutputGroupSettings: { Type: 'FILE_GROUP_SETTINGS', FileGroupSettings: { Destination: destination } },
    Outputs: [
      {
        ContainerSettings: { Container: 'RAW' },
        VideoDescription: {
          ...frameSettings(poster, ladder),
          CodecSettings: {
            Codec: 'FRAME_CAPTURE',
            FrameCaptureSettings: {
              FramerateNumerator: 1,
              FramerateDenominator: poster.intervalSeconds,
              MaxCaptures: poster.captures,
              Quality: 80,
            },
          },
        },
      },
    ],
  };
}
