import { openIndexFile } from '../../../../media/packaging/index/index-file.ts';
import { IndexWriter } from '../../../../media/packaging/index/index-writer.ts';
import { writePages } from '../../../../media/packaging/index/page-directory.ts';
import type { SourceIndex, TrackFacts } from '../../../../media/packaging/index/source-index.ts';
import type { PlacedSamples } from '../../../../media/packaging/source/place-samples.ts';
import { factsOf } from '../../../../media/packaging/source/track-facts.ts';
import { writePlannedIndex } from '../../../../media/packaging/write-planned-index.ts';

export interface Film {
  readonly seconds: number;
  /** Frames from a key frame to the next. */
  readonly gopFrames: number;
  /** Mean size of a picture, bytes. */
  readonly pictureBytes?: number;
  readonly segmentSeconds?: number;
  /** @default as long as the pictures */
  readonly soundSeconds?: number;
}

const [FRAME_RATE, VIDEO_TIMESCALE, VIDEO_TICKS] = [24, 307_200, 12_800];
const [SAMPLE_RATE, FRAME_SAMPLES] = [48_000, 1_024];

/** Makes the index of a film as camera and encoder leave it: sizes vary, two B-frames, AAC, both interleaved every half second. */
export function makeFilmIndex(film: Film): SourceIndex {
  const pages = new IndexWriter();
  const encoded = [filmVideo(film), filmSound(film)].map(({ samples, kind }) => {
    const entry = kind === 'video'
      ? { codec: 'h264' as const, codecString: 'avc1.640028', bytes: new Uint8Array(64), video: { width: 1920, height: 1080, pixelAspect: { horizontal: 1, vertical: 1 } } }
      : { codec: 'aac' as const, codecString: 'mp4a.40.2', bytes: new Uint8Array(64), audio: { channels: 2, sampleRate: SAMPLE_RATE } };
    const facts: TrackFacts = factsOf({ id: 1, language: 'und', orientation: undefined }, entry, samples);
    return { facts, sampleEntry: entry.bytes, directory: writePages(samples, kind, pages) };
  });
  const index = { identity: 'film', tracks: encoded, pages: pages.bytes() };
  return openIndexFile(writePlannedIndex(index, film.segmentSeconds ?? 6));
}

function filmVideo({ seconds, gopFrames, pictureBytes = 12_000 }: Film) {
  const random = seededRandom(1);
  const count = seconds * FRAME_RATE;
  const samples = emptySamples(count, VIDEO_TIMESCALE);
  for (let frame = 0; frame < count; frame += 1) {
    const inGop = frame % gopFrames;
    const weight = inGop === 0 ? 6 : inGop % 3 === 1 ? 1.6 : 0.5;
    samples.sizes[frame] = pictureBytes * weight * (0.5 + random());
    samples.decodeTimes[frame] = frame * VIDEO_TICKS;
    samples.durations[frame] = VIDEO_TICKS;
    // Two B-frames follow the picture that is shown after them, unless the group ends before.
    const reorders = inGop > 0 && inGop - ((inGop - 1) % 3) + 2 < Math.min(gopFrames, count - frame + inGop);
    samples.compositionOffsets[frame] = VIDEO_TICKS * (reorders ? (inGop % 3 === 1 ? 4 : 1) : 2);
    samples.keys[frame] = inGop === 0 ? 1 : 0;
  }
  placeInFile(samples, FRAME_RATE / 2, 0);
  return { samples, kind: 'video' as const };
}

function filmSound({ seconds, soundSeconds = seconds }: Film) {
  const random = seededRandom(2);
  const count = Math.floor((soundSeconds * SAMPLE_RATE) / FRAME_SAMPLES);
  const samples = emptySamples(count, SAMPLE_RATE);
  for (let frame = 0; frame < count; frame += 1) {
    samples.sizes[frame] = 341 + 120 * (random() - 0.5) + 120 * (random() - 0.5);
    samples.decodeTimes[frame] = frame * FRAME_SAMPLES;
    samples.durations[frame] = FRAME_SAMPLES;
    samples.keys[frame] = 1;
  }
  placeInFile(samples, 23, 1);
  return { samples, kind: 'audio' as const };
}

function emptySamples(count: number, timescale: number): PlacedSamples {
  return {
    timescale,
    count,
    offsets: new Float64Array(count),
    sizes: new Uint32Array(count),
    decodeTimes: new Float64Array(count),
    durations: new Uint32Array(count),
    compositionOffsets: new Uint32Array(count),
    keys: new Uint8Array(count),
    hasLeadingPictures: false,
  };
}

/** Places chunks of samples half a megabyte apart, the second track behind the first. */
function placeInFile({ offsets, sizes }: PlacedSamples, chunkSamples: number, track: number): void {
  for (let sample = 0; sample < sizes.length; sample += 1) {
    const isStart = sample % chunkSamples === 0;
    offsets[sample] = isStart
      ? 500_000 * Math.floor(sample / chunkSamples) + 480_000 * track
      : (offsets[sample - 1] ?? 0) + (sizes[sample - 1] ?? 0);
  }
}

/** Returns a generator of numbers from 0 to 1, the same for each seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
