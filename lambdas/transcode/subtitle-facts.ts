import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { hasEmbeddedCaptions } from '../../media/captions/embedded-captions.ts';
import { countSubtitleTracks } from '../../media/containers/subtitle-tracks.ts';
import type { Movie } from '../../media/isobmff/movie.ts';

/** Codecs whose frames can carry closed captions. */
const CODECS_WITH_CAPTIONS: ReadonlySet<string> = new Set(['AVC', 'HEVC', 'MPEG2']);
/** Caption formats that Probe names. */
const PROBED_CAPTIONS: ReadonlySet<string | undefined> = new Set(['WEBVTT', 'C608', 'C708']);

/** Maximum number of tracks to count: each has a warning of its own. */
const MAX_TRACKS = 1_000;

type SubtitleFacts = Pick<SourceFacts, 'subtitleTracks' | 'embeddedCaptions'>;

/**
 * Returns a file's subtitles and captions; jobs keep none of them. Plan: Probe names few formats, and only those of tracks.
 *
 * @param codec codec of the video
 * @param known the probe, and the index of an ISO base media file, if it could be read
 */
export async function subtitleFacts(
  container: string,
  source: ByteSource,
  codec: string,
  known?: { readonly movie: Movie | undefined; readonly probe: ProbeResult },
): Promise<SubtitleFacts> {
  const probed = known?.probe.Container?.Tracks?.filter(({ TrackType, Codec }) => TrackType === 'data' && PROBED_CAPTIONS.has(Codec));
  const tracks = (await countSubtitleTracks(container, source, known?.movie)) ?? probed?.length ?? 0;
  const embedded = CODECS_WITH_CAPTIONS.has(codec) && (await hasEmbeddedCaptions(container, source));
  return { ...(tracks > 0 ? { subtitleTracks: Math.min(MAX_TRACKS, tracks) } : {}), ...(embedded ? { embeddedCaptions: true } : {}) };
}
