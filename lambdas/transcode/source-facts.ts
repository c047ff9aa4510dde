import type { ProbeResult, Track, VideoProperties } from '@aws-sdk/client-mediaconvert';
import type { SourceAudioFacts, SourceFacts, SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import { type SourceColor, specified } from '../../media/color/source-color.ts';
import { trackAt } from '../../media/containers/choose-video.ts';
import type { SoundTrack } from '../../media/containers/sound-tracks.ts';
import type { VideoTiming } from '../../media/containers/video-timing.ts';
import { type MeasuredFrameRate, measureFrameRate } from '../../media/frame-rate/measure-frame-rate.ts';
import type { Size } from '../../media/display-size.ts';
import type { Movie, MovieTrack } from '../../media/isobmff/movie.ts';
import type { TrackSpan } from '../../media/isobmff/track-span.ts';
import { videoTracks } from '../../media/isobmff/video-tracks.ts';
import { terminologicalCode } from '../../media/language.ts';
import { valueOf } from '../../media/rational.ts';
import { UploadRejectedError } from '../chain/errors.ts';
import type { ContainerFamily } from '../../media/sniffing/signatures.ts';
import { orientationFacts } from './orientation-facts.ts';
import type { SelectedVideo } from './select-video.ts';

/**
 * Combines the encoder's probe with the file's own index, which is exact about rotation, pixel aspect and time.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @param timing times of the video's frames, as far as the container has them
 * @param soundTracks the container's own description of its sound tracks, if it has one
 * @throws UploadRejectedError `no_video_track`, `damaged_file`
 */
export function sourceFacts(
  container: ContainerFamily,
  probe: ProbeResult,
  video: SelectedVideo,
  movie: Movie | undefined,
  timing: VideoTiming,
  soundTracks: readonly SoundTrack[] | undefined,
): SourceFacts {
  const { place } = video;
  const audio = (probe.Container?.Tracks ?? []).filter(({ TrackType }) => TrackType === 'audio');
  // Positions match only if neither list lacks a track.
  const sound = soundTracks?.length === audio.length ? soundTracks : [];
  const durationMs = durationOf(probe, movie);
  return {
    container,
    ...(durationMs === undefined ? {} : { durationMs }),
    video: videoFacts(video, probe.Container?.Format, movie && trackAt(videoTracks(movie), place), timing),
    ...(place.count > 1 ? { videoTrack: { number: place.position + 1, of: place.count } } : {}),
    audio: audio.map((one, index) => audioFacts(one, sound[index])),
  };
}

function videoFacts(
  { track, place }: SelectedVideo,
  format: string | undefined,
  inIndex: MovieTrack | undefined,
  timing: VideoTiming,
): SourceVideoFacts {
  const properties = track.VideoProperties ?? {};
  const { width, height } = frameSize(properties, timing);
  const interlaced = isInterlaced(track, timing);
  const { frameRate, variable } = frameRateOf(properties, timing, interlaced);
  const pixelAspect = pixelAspectOf(properties, inIndex);
  return {
    codec: track.Codec ?? 'UNKNOWN',
    width,
    height,
    ...(pixelAspect === undefined ? {} : { pixelAspect }),
    ...orientationFacts({ track, format, inIndex, stated: timing.orientation, isOnly: place.count === 1, interlaced }),
    ...(frameRate === undefined ? {} : { frameRate }),
    variableFrameRate: variable,
    interlaced,
    highDynamicRange: isHighDynamicRange(properties),
    bitDepth: properties.BitDepth,
    bitrateBps: properties.BitRate,
    ...colorOf(properties),
    fullRange: timing.fullRange,
    ...timesOf(track, timing.span),
  };
}

/** Returns when a track begins and ends; the probe states only its duration. */
function timesOf({ Duration = 0 }: Track, span: TrackSpan | undefined): Pick<SourceAudioFacts, 'startMs' | 'endMs'> {
  const { startSeconds = 0, endSeconds = Duration > 0 ? (span?.startSeconds ?? 0) + Duration : undefined } = span ?? {};
  return {
    ...(startSeconds > 0 ? { startMs: Math.round(startSeconds * 1000) } : {}),
    ...(endSeconds === undefined ? {} : { endMs: Math.round(endSeconds * 1000) }),
  };
}

/**
 * Returns the frame size that the probe or, in a transport stream, a key frame states. Plan: it holds on AWS and on the
 * laptop, whose probes look for a key frame for different times.
 *
 * @throws UploadRejectedError `no_video_track` if the declared video has no frame, `damaged_file` if it has no key frame
 */
function frameSize({ Width = 0, Height = 0 }: VideoProperties, { size, frameTimes }: VideoTiming): Size {
  if (Width > 0 && Height > 0) return { width: Width, height: Height };
  if (size !== undefined) return size;
  const isEmpty = frameTimes?.complete === true && frameTimes.stretches.length === 0;
  throw new UploadRejectedError(isEmpty ? 'no_video_track' : 'damaged_file');
}

/** Returns whether frames consist of two fields, by codec or container. The probe knows it of H.264, H.265 and MPEG-2 only. */
function isInterlaced({ Codec, VideoProperties: { CodecMetadata } = {} }: Track, timing: VideoTiming): boolean {
  if (CodecMetadata?.ScanType !== undefined) return /interlaced/i.test(CodecMetadata.ScanType);
  return timing.interlaced ?? Codec === 'DV';
}

/**
 * Returns the rate that the frames' own times show, or else the one that the probe found. Plan: the times hold on AWS and
 * on the laptop; what a probe finds where the file states no rate is a guess.
 */
function frameRateOf(
  { FrameRate }: VideoProperties,
  { frameTimes, statedRate }: VideoTiming,
  interlaced: boolean,
): Partial<MeasuredFrameRate> & Pick<MeasuredFrameRate, 'variable'> {
  const probed = toFraction(FrameRate) ?? statedRate;
  const unmeasured = { ...(probed === undefined ? {} : { frameRate: probed }), variable: false };
  const measured = frameTimes && measureFrameRate(frameTimes, statedRate);
  if (measured === undefined) return unmeasured;
  // Some transport streams have a timestamp for each field.
  const isFieldRate = interlaced && probed && Math.abs(valueOf(measured.frameRate) / valueOf(probed) - 2) < 0.01;
  return isFieldRate === true ? unmeasured : measured;
}

/**
 * Describes a track. If the probe found neither channels nor a sampling rate, no packet of the track states them.
 *
 * @param inFile the container's own description of the track
 */
function audioFacts(track: Track, inFile: SoundTrack | undefined): SourceAudioFacts {
  const { Channels = 0, SampleRate = 0, LanguageCode } = track.AudioProperties ?? {};
  const language = LanguageCode?.toLowerCase();
  const isUndecodable = inFile?.isUndecodable === true || (Channels <= 0 && SampleRate <= 0);
  return {
    codec: track.Codec ?? 'UNKNOWN',
    channels: Channels > 0 ? Channels : 2,
    ...(SampleRate > 0 ? { sampleRateHz: SampleRate } : {}),
    ...(isUndecodable ? { isUndecodable } : {}),
    ...(inFile?.isDefault === true ? { isDefault: true } : {}),
    ...timesOf(track, inFile?.span),
    ...(language === undefined || !/^[a-z]{2,3}$/.test(language) || language === 'und'
      ? {}
      : { language: terminologicalCode(language) }),
  };
}

function durationOf(probe: ProbeResult, movie: Movie | undefined): number | undefined {
  const probed = probe.Container?.Duration;
  if (probed !== undefined && probed > 0) return Math.round(probed * 1000);
  return movie !== undefined && movie.duration > 0 ? Math.round((movie.duration / movie.timescale) * 1000) : undefined;
}

function pixelAspectOf(properties: VideoProperties, inIndex: MovieTrack | undefined): SourceVideoFacts['pixelAspect'] {
  const probed = toFraction(properties.SampleAspectRatio) ?? toFraction(properties.CodecMetadata?.SampleAspectRatio);
  const indexed = inIndex?.sampleEntry?.video?.pixelAspect;
  // The container, the stream or both may state it; square pixels are the default.
  if (indexed !== undefined && indexed.horizontal !== indexed.vertical) return indexed;
  return probed === undefined ? indexed : { horizontal: probed.numerator, vertical: probed.denominator };
}

/**
 * Returns the colors that a video states, preferring the stream to the container. Plan: Probe does not report the range, so it
 * is read from the file.
 */
function colorOf(properties: VideoProperties): Omit<SourceColor, 'codec' | 'fullRange'> {
  const { CodecMetadata: stream } = properties;
  return {
    colorPrimaries: specified(stream?.ColorPrimaries) ?? properties.ColorPrimaries,
    transferCharacteristics: specified(stream?.TransferCharacteristics) ?? properties.TransferCharacteristics,
    matrixCoefficients: specified(stream?.MatrixCoefficients) ?? properties.MatrixCoefficients,
  };
}

/** SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG). */
function isHighDynamicRange({ TransferCharacteristics, CodecMetadata }: VideoProperties): boolean {
  return [TransferCharacteristics, CodecMetadata?.TransferCharacteristics].some(
    (transfer) => transfer === 'SMPTE_2084' || transfer === 'ARIB_B67',
  );
}

function toFraction(of: { Numerator?: number | undefined; Denominator?: number | undefined } | undefined) {
  const { Numerator: numerator = 0, Denominator: denominator = 0 } = of ?? {};
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}
