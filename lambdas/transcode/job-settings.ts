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
          VideoSelector: {
            Rotate: rotate(ladder),
            ColorSpace: ladder.color.fallback,
            ColorSpaceUsage: 'FALLBACK',
            ...(ladder.audio.length > 0 ? BLACK_PADDING : {}),
          },
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
 * Setting that adds black frames if the video begins later or ends earlier than the audio, and silence if audio begins later:
 * players stop or wait where either is missing. Plan: together with `MATCH_AUDIO_TO_VIDEO` it makes all renditions equally
 * long without cutting any.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-padding.html
 */
const BLACK_PADDING = { PadVideo: 'BLACK' } as const;

/**
 * Returns the rotation setting. "By default, the service does no rotation, even if your input video has rotation metadata."
 * `AUTO` respects only the metadata of MOV and MP4, for progressive video in 4:2:0 or 4:2:2; degrees are documented "for most
 * inputs"; no setting mirrors. Plan: sizes are those after the rotation.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/auto-rotate.html
 */
function rotate({ rotation, automaticRotation }: Ladder): InputRotate {
  if (rotation === 0) return 'DEGREE_0';
  return automaticRotation ? 'AUTO' : `DEGREES_${rotation}`;
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
        // Rounds the target duration to the nearest second, as RFC 8216 (4.3.3.1) compares it with those of the segments.
        TargetDurationCompatibilityMode: 'SPEC_COMPLIANT',
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
              FramerateNumerator: 1000,
              FramerateDenominator: Math.round(poster.intervalSeconds * 1000),
              MaxCaptures: poster.captures,
              Quality: 80,
            },
          },
        },
      },
    ],
  };
}
