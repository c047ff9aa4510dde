import { BadRequestException, UnprocessableEntityException, type ProbeResult } from '@aws-sdk/client-mediaconvert';
import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';
import { findWarnings } from './find-warnings.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { readTagParameters } from '../../media/flv/tag-parameters.ts';
import { readParameters } from '../../media/containers/read-parameters.ts';
import { declaredEnd } from '../../media/containers/declared-end.ts';
import { readSoundTracks } from '../../media/containers/sound-tracks.ts';
import { readVideoTiming } from '../../media/containers/video-timing.ts';
import { UploadRejectedError } from '../chain/errors.ts';
import { conformFacts } from './conform-facts.ts';
import { findExternalVideos } from './external-media.ts';
import { findDamage, type SourceDamage } from './find-damage.ts';
import { flvFacts } from './flv-facts.ts';
import { keptTracks } from './kept-tracks.ts';
import { measureLength } from './measure-length.ts';
import { readIndex } from './read-index.ts';
import type { Movie } from '../../media/isobmff/movie.ts';
import type { ContainerFamily } from '../../media/sniffing/signatures.ts';
import { withinBudget } from '../../media/source-budget.ts';
import { sniffSource } from '../../media/sniffing/sniff.ts';
import { selectVideo } from './select-video.ts';
import { sourceFacts } from './source-facts.ts';
import { subtitleFacts } from './subtitle-facts.ts';

/** Probes the file with the encoder. */
export type Probe = () => Promise<ProbeResult>;

/** Facts of a file, and warnings about what its video will lack. */
export interface InspectedSource {
  readonly facts: SourceFacts;
  readonly warnings: readonly FoundWarning[];
}

/** Minimum and maximum side that the encoder accepts, in stored pixels. */
export const MIN_SIDE = 32;
export const MAX_SIDE = 8192;

/**
 * Inspects a file by its content, before any paid encode. Facts that the budget of the source does not suffice to read are
 * unknown, as if the file did not state them.
 *
 * @param source a file as `openSource` returns it
 * @param undecodable numbers of sound tracks that the encoder could not decode at earlier attempts
 * @throws UploadRejectedError with the code that explains why it cannot become a video; any other error is not the file's
 * fault
 */
export async function inspectSource(
  source: ByteSource,
  probe: Probe,
  undecodable?: ReadonlySet<number>,
): Promise<InspectedSource> {
  const { container, media } = await containerOf(source);
  const read =
    container === 'flv' ? { facts: await unprobedFacts(container, media) } : await probedFacts(container, media, probe);
  const { facts } = read;
  const { width, height } = facts.video;
  if (Math.min(width, height) < MIN_SIDE || Math.max(width, height) > MAX_SIDE) {
    throw new UploadRejectedError('unsupported_size');
  }
  const warnings = findWarnings(facts, undecodable);
  const kept = keptTracks(facts, warnings);
  const inquiry = { movie: undefined, probe: undefined, ...read, container, source: media, kept };
  const length: Partial<SourceFacts> = await withinBudget(() => measureLength(inquiry, facts.durationMs), {});
  const damage = await withinBudget(() => findDamage(container, media, inquiry.movie, kept), { warnings: [] });
  return { facts: { ...facts, ...length, ...damagedLength(damage, length, facts.durationMs) }, warnings: [...warnings, ...damage.warnings] };
}

/** Difference between lengths that is ignored. */
const MIN_DIFFERENCE_MS = 1000;

/**
 * Replaces the length of a damaged or joined file, whose probe and headers may state that of a part. Program streams have no
 * other measured length, and may be joined without damage.
 */
function damagedLength(
  { warnings, durationMs }: SourceDamage,
  measured: Partial<SourceFacts>,
  statedMs: number | undefined,
): Pick<SourceFacts, 'durationMs'> {
  const known = measured.durationMs ?? statedMs ?? 0;
  const isRight = durationMs === undefined || Math.abs(durationMs - known) <= Math.max(MIN_DIFFERENCE_MS, durationMs / 100);
  return isRight || (warnings.length === 0 && measured.lengthMs !== undefined) ? {} : { durationMs };
}

/** Facts of a probed file, and their sources. */
interface ProbedFacts {
  readonly facts: SourceFacts;
  readonly movie: Movie | undefined;
  readonly probe: ProbeResult;
}

async function unprobedFacts(container: 'flv', source: ByteSource): Promise<SourceFacts> {
  await rejectIfIncomplete(container, source);
  const [stated, parameters] = [await flvFacts(source), await withinBudget(() => readTagParameters(source), undefined)];
  const facts = parameters === undefined ? stated : conformFacts(stated, parameters);
  return { ...facts, ...(await withinBudget(() => subtitleFacts(container, source, facts.video.codec), {})) };
}

/** Reads the file's own index while the encoder probes it. If both find a fault, that of the index takes precedence. */
async function probedFacts(container: ContainerFamily, source: ByteSource, probe: Probe): Promise<ProbedFacts> {
  const probing = probeOrReject(probe);
  probing.catch(() => undefined);
  const movie = container === 'isobmff' ? await withinBudget(() => readIndex(source), undefined) : undefined;
  await rejectIfIncomplete(container, source);
  const probed = await probing;
  const video = selectVideo(probed, findExternalVideos(movie, probed));
  const timing = await withinBudget(() => readVideoTiming(container, source, movie, video.place), {});
  const parameters = await withinBudget(() => readParameters(container, source, movie, video.place), undefined);
  const soundTracks = await withinBudget(() => readSoundTracks(container, source, movie), undefined);
  const codec = video.track.Codec ?? '';
  const subtitles = await withinBudget(() => subtitleFacts(container, source, codec, { movie, probe: probed }), {});
  const facts = { ...sourceFacts(container, probed, video, movie, timing, soundTracks), ...subtitles };
  return { facts: parameters === undefined ? facts : conformFacts(facts, parameters), movie, probe: probed };
}

async function rejectIfIncomplete(container: ContainerFamily, source: ByteSource): Promise<void> {
  if (((await withinBudget(() => declaredEnd(container, source), undefined)) ?? 0) > source.size) throw new UploadRejectedError('incomplete_file');
}

async function containerOf(
  source: ByteSource,
): Promise<{ readonly container: ContainerFamily; readonly media: ByteSource }> {
  if (source.size === 0) throw new UploadRejectedError('empty_file');
  const { sniffed, media } = await sniffSource(source);
  switch (sniffed.kind) {
    case 'video':
      return { container: sniffed.family, media };
    case 'audio':
      throw new UploadRejectedError('no_video_track');
    case 'protected':
      throw new UploadRejectedError('unsupported_codec');
    case 'playlist':
      throw new UploadRejectedError('playlist_not_media');
    default:
      throw new UploadRejectedError('not_a_video');
  }
}

/**
 * Rejects a file that the probe refuses as a bad request; its format was already recognized from its content.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html
 */
async function probeOrReject(probe: Probe): Promise<ProbeResult> {
  try {
    const result = await probe();
    if (result.Container === undefined) throw new UploadRejectedError('damaged_file');
    return result;
  } catch (error) {
    const isRefused = error instanceof BadRequestException || error instanceof UnprocessableEntityException;
    throw isRefused ? new UploadRejectedError('damaged_file', error) : error;
  }
}
