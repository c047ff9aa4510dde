import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import { parameterRanges, READ_BYTES } from '../containers/parameter-ranges.ts';
import type { StreamParameters } from '../containers/stream-parameters.ts';
import { configuredPicture } from '../isobmff/configured-picture.ts';
import { lengthBytes, withAspect } from '../isobmff/visual-entries.ts';
import type { FrameStretch, TimedFrame } from '../picture/picture.ts';
import { findStatedPicture, type Framing, type StatingCodec } from '../picture/stated-picture.ts';
import { readAhead } from '../read-ahead.ts';
import { findSoundFormat, type FramedCodec, type SoundFormat } from '../sound/sound-format.ts';
import { findCluster, visitBlocks } from './blocks.ts';
import { findSegment } from './segment.ts';
import { type MatroskaTrack, readSegmentHead } from './tracks.ts';
import { VIDEO_CODECS } from './video-codecs.ts';

/** Bytes of a block that hold its parameter sets. */
const BLOCK_BYTES = 4096;
/** Maximum number of elements to visit in part of a file, including those of audio tracks. */
const MAX_ELEMENTS = 500_000;

const AUDIO_CODECS: Readonly<Record<string, FramedCodec>> = {
  A_AC3: 'ac3', A_EAC3: 'ac3', 'A_MPEG/L1': 'mpeg', 'A_MPEG/L2': 'mpeg', 'A_MPEG/L3': 'mpeg',
};

/**
 * Reads the pictures that a video's frames state, and the formats of the sound tracks.
 *
 * @param place position of the video among the video tracks
 * @returns undefined for a file that does not describe its tracks before the first cluster
 */
export async function readBlockParameters(file: ByteSource, place: TrackPlace): Promise<StreamParameters | undefined> {
  const segment = await findSegment(file);
  const head = segment && (await readSegmentHead(file, segment));
  if (segment === undefined || head === undefined) return undefined;
  const source = readAhead(file);
  const video = trackAt(head.tracks.filter(({ kind }) => kind === 'video'), place);
  const audio = head.tracks.filter(({ kind }) => kind === 'audio');
  const audioCodecs = new Map(audio.map(({ number, codec }) => [number, AUDIO_CODECS[codec]]));
  const sound = new Map(audio.map(({ number }): [number, SoundFormat[]] => [number, []]));
  const stretches: FrameStretch[] = [];
  for (const { start, end } of parameterRanges(head.firstCluster, Math.min(segment.end ?? file.size, file.size))) {
    const cluster = start === head.firstCluster ? start : findCluster(await source.read(start, READ_BYTES), start);
    if (cluster === undefined) continue;
    const frames: TimedFrame[] = [];
    await visitBlocks(source, { start: cluster, end, maxElements: MAX_ELEMENTS }, async ({ track, time, offset, length }) => {
      const read = (): Promise<Uint8Array> => source.read(offset, Math.min(length, BLOCK_BYTES));
      if (track === video?.number) frames.push({ seconds: time / head.ticksPerSecond, picture: statedIn(video, await read()) });
      const codec = audioCodecs.get(track);
      const format = codec && findSoundFormat(codec, await read());
      if (format !== undefined) sound.get(track)?.push(format);
      return true;
    });
    stretches.push(frames);
  }
  const [first = [], ...others] = stretches;
  const begin = { seconds: first[0]?.seconds ?? 0, picture: video && pictureOf(video) };
  return { stretches: [[begin, ...first], ...others], sound: audio.map(({ number }) => sound.get(number) ?? []) };
}

function statedIn({ codec, configuration, pixelAspect }: MatroskaTrack, bytes: Uint8Array): TimedFrame['picture'] {
  const known = VIDEO_CODECS[codec];
  const stated = known && findStatedPicture(known, bytes, framingOf(known, configuration));
  return stated && withAspect(stated, pixelAspect);
}

function framingOf(codec: StatingCodec, configuration: Uint8Array): Framing {
  if (codec !== 'avc' && codec !== 'hevc') return 'startCodes';
  return lengthBytes({ type: codec === 'avc' ? 'avcC' : 'hvcC', content: configuration });
}

/** Returns the picture of the configuration, which applies to frames until parameter sets follow. */
function pictureOf({ codec, configuration, pixelAspect }: MatroskaTrack): TimedFrame['picture'] {
  const known = VIDEO_CODECS[codec];
  const stated = known && configuredPicture(known, configuration);
  return stated && withAspect(stated, pixelAspect);
}
