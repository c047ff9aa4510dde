import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import { MAX_WHOLE_BYTES } from '../containers/parameter-ranges.ts';
import type { StreamParameters } from '../containers/stream-parameters.ts';
import { readAhead } from '../read-ahead.ts';
import type { FrameStretch, TimedFrame } from '../picture/picture.ts';
import type { SoundFormat } from '../sound/sound-format.ts';
import { findBox, type LoadedBox } from './box-tree.ts';
import { readFragmentPictures } from './fragment-pictures.ts';
import { findKeySamples, type KeySample } from './key-samples.ts';
import type { Movie, MovieTrack } from './movie.ts';
import { parseAudioEntries } from './stsd.ts';
import { videoTracks } from './video-tracks.ts';
import { statedPictureAt } from './stated-picture-at.ts';
import { entriesOf } from './visual-entries.ts';

/** Number of key samples to read from a large file, each only at its beginning. */
const MAX_READ_SAMPLES = 64;

/**
 * Reads a video's pictures from its sample entries and from its key samples, which may state others, and the sound formats
 * from the entries of the sound tracks.
 *
 * @param place position of the video among the video tracks
 * @throws IsobmffError any of its codes
 */
export async function readMovieParameters(
  source: ByteSource,
  movie: Movie,
  place: TrackPlace,
): Promise<StreamParameters> {
  const video = trackAt(videoTracks(movie), place);
  const sound = movie.tracks.filter(({ handler }) => handler === 'soun').map(soundFormats);
  if (video === undefined) return { stretches: [], sound };
  const stretches = movie.fragmented
    ? await readFragmentPictures(source, movie, video)
    : await readTablePictures(source, video);
  return { stretches, sound };
}

async function readTablePictures(source: ByteSource, { sampleTable, timescale }: MovieTrack): Promise<FrameStretch[]> {
  const entries = entriesOf(sampleTable);
  if (sampleTable === undefined || entries.length === 0) return [];
  const { samples, lastTime } = findKeySamples(sampleTable);
  const isSmall = source.size <= MAX_WHOLE_BYTES;
  const read = isSmall ? new Set(samples.keys()) : spread(samples);
  const bytes = isSmall ? readAhead(source) : source;
  const frames: { readonly position: number; readonly frame: TimedFrame }[] = [];
  for (const [position, sample] of samples.entries()) {
    if (!read.has(position)) continue;
    const entry = entries[sample.entry - 1];
    if (entry === undefined) continue;
    const picture = (await statedPictureAt(bytes, sample.offset, entry)) ?? entry.picture;
    frames.push({ position, frame: { seconds: sample.time / timescale, picture } });
  }
  // Nothing is known of the time between samples that are not neighbors.
  if (read.size === samples.length) return [[...frames.map(({ frame }) => frame), { seconds: lastTime / timescale }]];
  const stretches: TimedFrame[][] = [];
  for (const [index, { frame, position }] of frames.entries()) {
    const isNeighbor = position === (frames[index - 1]?.position ?? 0) + 1;
    if (isNeighbor) stretches.at(-1)?.push(frame);
    else stretches.push([frame]);
  }
  return stretches;
}

/**
 * Chooses positions of evenly spaced samples, including the first two and the last, since a file may begin with a glitch, and
 * those at which the entry changes.
 */
function spread(samples: readonly KeySample[]): ReadonlySet<number> {
  const distance = Math.max(1, (samples.length - 1) / (MAX_READ_SAMPLES - 1));
  const even = Array.from({ length: Math.min(MAX_READ_SAMPLES, samples.length) }, (_, index) => Math.round(index * distance));
  const changes = samples.flatMap(({ entry }, index) => (entry === (samples[index - 1]?.entry ?? entry) ? [] : [index]));
  return new Set([...even, ...(samples.length > 1 ? [1] : []), ...changes]);
}

/** Returns a sound track's formats by its entries, each twice, since it stands for many frames. */
function soundFormats({ sampleTable }: MovieTrack): SoundFormat[] {
  const stsd: LoadedBox | undefined = sampleTable && findBox(sampleTable, 'stsd');
  const formats = stsd === undefined ? [] : parseAudioEntries(stsd);
  return formats.length < 2 ? [] : [...formats, ...formats];
}
