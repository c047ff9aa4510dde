import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import type { KeptTracks } from '../../media/containers/kept-tracks.ts';
import { readSourceLength, type SourceLength } from '../../media/containers/source-length.ts';
import type { Movie } from '../../media/isobmff/movie.ts';
import type { ContainerFamily } from '../../media/sniffing/signatures.ts';

/** Containers whose duration the probe reads from headers, since no code here reads their index. */
const WITH_STATED_DURATION: ReadonlySet<ContainerFamily> = new Set(['asf', 'mxf', 'ogg']);

/** Difference at which the probe and the file's index count as equal, as for renditions. */
const MIN_DIFFERENCE_SECONDS = 1;
const MAX_SHARE = 0.01;

export interface LengthInquiry {
  readonly container: ContainerFamily;
  readonly source: ByteSource;
  /** Index of an ISO base media file, if it could be read. */
  readonly movie: Movie | undefined;
  /** Undefined for containers that the probe does not recognize. */
  readonly probe: ProbeResult | undefined;
  readonly kept: KeptTracks;
}

/**
 * Measures how long a source lasts, and how long its renditions should be. Plan: both come from timestamps in the file, which
 * are right on AWS and on the laptop even if headers and a probe's estimates are wrong.
 *
 * @param statedMs duration that the probe or a header states
 */
export async function measureLength(
  inquiry: LengthInquiry,
  statedMs: number | undefined,
): Promise<Pick<SourceFacts, 'durationMs' | 'lengthMs'>> {
  const { container, source, movie, probe, kept } = inquiry;
  const length = await readSourceLength(container, source, movie, kept);
  if (length === undefined) {
    const min = WITH_STATED_DURATION.has(container) ? statedLengthMs(probe, kept) : undefined;
    return { ...(statedMs === undefined ? {} : { durationMs: statedMs }), ...(min === undefined ? {} : { lengthMs: { min } }) };
  }
  // An AVI's index states only the length of its video.
  const soundMs = container === 'avi' ? soundLengthMs(probe, kept) : 0;
  const measured = { ...length, seconds: Math.max(length.seconds, soundMs / 1000) };
  const durationMs = agrees(statedMs, measured) ? statedMs : toMs(measured.seconds);
  const { maxSeconds } = length;
  return {
    ...(durationMs === undefined || durationMs === 0 ? {} : { durationMs }),
    lengthMs: {
      min: toMs(length.minSeconds),
      ...(maxSeconds === undefined ? {} : { max: Math.max(toMs(maxSeconds), statedMs ?? 0) }),
    },
  };
}

/** Returns the probed duration of the longest kept track, or else that of the container. */
function statedLengthMs(probe: ProbeResult | undefined, { video, sound }: KeptTracks): number | undefined {
  const longestMs = Math.max(trackLengthMs(probe, 'video', video.position), soundLengthMs(probe, { sound }));
  const containerSeconds = probe?.Container?.Duration;
  if (longestMs > 0) return longestMs;
  return containerSeconds === undefined ? undefined : toMs(containerSeconds);
}

/** Returns the probed duration of the longest kept sound track; 0 if unknown. */
function soundLengthMs(probe: ProbeResult | undefined, { sound }: Pick<KeptTracks, 'sound'>): number {
  return Math.max(0, ...sound.map(({ position }) => trackLengthMs(probe, 'audio', position)));
}

function trackLengthMs(probe: ProbeResult | undefined, type: string, position: number): number {
  const tracks = (probe?.Container?.Tracks ?? []).filter(({ TrackType }) => TrackType === type);
  return toMs(tracks[position]?.Duration ?? 0);
}

function agrees(statedMs: number | undefined, { seconds }: SourceLength): boolean {
  if (statedMs === undefined) return seconds === 0;
  return Math.abs(statedMs / 1000 - seconds) <= Math.max(MIN_DIFFERENCE_SECONDS, seconds * MAX_SHARE);
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
