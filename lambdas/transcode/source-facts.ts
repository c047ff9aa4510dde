import type { ProbeResult, Track, VideoProperties } from '@aws-sdk/client-mediaconvert';
import type { SourceAudioFacts, SourceFacts, SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import type { Movie, MovieTrack } from '../../media/isobmff/movie.ts';
import type { Rotation } from '../../media/isobmff/tkhd.ts';
import { terminologicalCode } from '../../media/language.ts';
import { UploadRejectedError } from '../chain/errors.ts';
import type { ContainerFamily } from '../../media/sniffing/signatures.ts';

/**
 * Combines the encoder's probe with the file's own index, which is exact about rotation, pixel aspect and time.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @throws UploadRejectedError `no_video_track`, `unsupported_codec`
 */
export function sourceFacts(container: ContainerFamily, probe: ProbeResult, movie: Movie | undefined): SourceFacts {
  const tracks = probe.Container?.Tracks ?? [];
  const video = tracks.find((track) => track.TrackType === 'video');
  if (video === undefined) throw new UploadRejectedError('no_video_track');
  const movieVideo = movie?.tracks.find((track) => track.handler === 'vide');
  const durationMs = durationOf(probe, movie);
  return {
    container,
    ...(durationMs === undefined ? {} : { durationMs }),
    video: videoFacts(video, movieVideo),
    audio: tracks.filter((track) => track.TrackType === 'audio').map(audioFacts),
  };
}

function videoFacts(track: Track, inIndex: MovieTrack | undefined): SourceVideoFacts {
  const codec = track.Codec ?? 'UNKNOWN';
  const properties = track.VideoProperties ?? {};
  const { Width: width, Height: height } = properties;
  if (codec === 'UNKNOWN' || width === undefined || height === undefined)
    throw new UploadRejectedError('unsupported_codec');
  const frameRate = inIndex?.timing?.frameRate ?? toFraction(properties.FrameRate);
  const pixelAspect = pixelAspectOf(properties, inIndex);
  return {
    codec,
    width,
    height,
    ...(pixelAspect === undefined ? {} : { pixelAspect }),
    rotation: inIndex?.rotation ?? toRotation(properties.Rotation ?? properties.CodecMetadata?.Rotation),
    ...(frameRate === undefined ? {} : { frameRate }),
    variableFrameRate: inIndex?.timing?.variable ?? false,
    interlaced: /interlaced/i.test(properties.CodecMetadata?.ScanType ?? ''),
    highDynamicRange: isHighDynamicRange(properties),
    bitDepth: properties.BitDepth,
    bitrateBps: properties.BitRate,
    colorPrimaries: properties.ColorPrimaries,
    transferCharacteristics: properties.TransferCharacteristics,
  };
}

function audioFacts(track: Track): SourceAudioFacts {
  const { Channels, SampleRate, LanguageCode } = track.AudioProperties ?? {};
  const language = LanguageCode?.toLowerCase();
  return {
    codec: track.Codec ?? 'UNKNOWN',
    channels: Channels ?? 2,
    sampleRateHz: SampleRate,
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
  const probed = toFraction(properties.SampleAspectRatio);
  const indexed = inIndex?.sampleEntry?.video?.pixelAspect;
  // The container, the stream or both may state it; square pixels are the default.
  if (indexed !== undefined && indexed.horizontal !== indexed.vertical) return indexed;
  return probed === undefined ? indexed : { horizontal: probed.numerator, vertical: probed.denominator };
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

function toRotation(degrees = 0): Rotation {
  const rotation = ((Math.round(degrees / 90) * 90) % 360 + 360) % 360;
  return rotation === 90 || rotation === 180 || rotation === 270 ? rotation : 0;
}

