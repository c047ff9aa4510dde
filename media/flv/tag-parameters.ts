import type { ByteSource } from '../byte-source.ts';
import { parameterRanges, READ_BYTES } from '../containers/parameter-ranges.ts';
import type { StreamParameters } from '../containers/stream-parameters.ts';
import { configuredPicture } from '../isobmff/configured-picture.ts';
import { lengthBytes } from '../isobmff/visual-entries.ts';
import type { FrameStretch, TimedFrame } from '../picture/picture.ts';
import { findStatedPicture, type Framing } from '../picture/stated-picture.ts';
import { readAhead } from '../read-ahead.ts';
import { findSoundFormat, parseAudioSpecificConfig, type SoundFormat } from '../sound/sound-format.ts';
import { sorensonSize } from './sorenson-size.ts';

const [AUDIO, VIDEO, SCRIPT] = [8, 9, 18];
const FILE_HEAD_BYTES = 13;
const TAG_HEAD_BYTES = 11;
/** Size of the previous tag, after each tag. */
const TRAILER_BYTES = 4;
/** Bytes of a tag that hold its parameters. */
const TAG_BYTES = 4096;
/** Maximum number of tags to visit in part of a file. */
const MAX_TAGS = 200_000;

/** Reads the pictures and sound formats that a Flash video's tags state: Video File Format Specification 10.1, E.4. */
export async function readTagParameters(file: ByteSource): Promise<StreamParameters> {
  const source = readAhead(file);
  const sound: SoundFormat[] = [];
  const stretches: FrameStretch[] = [];
  let framing: Framing = 4;
  for (const { start, end } of parameterRanges(0, file.size)) {
    let offset = start === 0 ? FILE_HEAD_BYTES : findTag(await source.read(start, READ_BYTES), start);
    const frames: TimedFrame[] = [];
    for (let count = 0; count < MAX_TAGS && offset !== undefined && offset + TAG_HEAD_BYTES <= end; count += 1) {
      const { type, size, seconds } = parseTagHead(await source.read(offset, TAG_HEAD_BYTES));
      const data = await source.read(offset + TAG_HEAD_BYTES, Math.min(size, TAG_BYTES));
      if (type === VIDEO) {
        if (isAvcHead(data)) framing = lengthBytes({ type: 'avcC', content: data.subarray(5) });
        frames.push({ seconds, picture: pictureIn(data, framing) });
      }
      const format = type === AUDIO ? formatIn(data) : undefined;
      if (format !== undefined) sound.push(...format);
      offset += TAG_HEAD_BYTES + size + TRAILER_BYTES;
    }
    stretches.push(frames);
  }
  return { stretches, sound: [sound] };
}

/** Finds a tag in the middle of a file by its zero stream number and its size, which is repeated after it. */
function findTag(head: Uint8Array, offset: number): number | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  for (let at = 0; at + TAG_HEAD_BYTES <= bytes.length; at += 1) {
    const isTag = [AUDIO, VIDEO, SCRIPT].includes(bytes[at] ?? 0) && bytes.readUIntBE(at + 8, 3) === 0;
    if (!isTag) continue;
    const end = at + TAG_HEAD_BYTES + bytes.readUIntBE(at + 1, 3);
    if (end + TRAILER_BYTES <= bytes.length && bytes.readUInt32BE(end) === end - at) return offset + at;
  }
  return undefined;
}

/** Reads E.4.1 FLVTAG: the fourth byte of the time holds its highest bits. */
function parseTagHead(head: Uint8Array): { type: number; size: number; seconds: number } {
  const [type = 0, ...rest] = head;
  const [high = 0, middle = 0, low = 0, timeHigh = 0, timeMiddle = 0, timeLow = 0, timeHighest = 0] = rest;
  const milliseconds = timeHighest * 2 ** 24 + timeHigh * 2 ** 16 + timeMiddle * 2 ** 8 + timeLow;
  return { type: type & 0x1f, size: high * 2 ** 16 + middle * 2 ** 8 + low, seconds: milliseconds / 1000 };
}

const [SORENSON, AVC] = [2, 7];

function isAvcHead([first = 0, packetType]: Uint8Array): boolean {
  return (first & 0x8f) === AVC && packetType === 0;
}

/** Reads E.4.3.1 VIDEODATA. */
function pictureIn(data: Uint8Array, framing: Framing): TimedFrame['picture'] {
  const codec = (data[0] ?? 0) & 0x8f;
  if (codec === SORENSON) return sorensonSize(data.subarray(1));
  if (codec !== AVC) return undefined;
  if (!isAvcHead(data)) return findStatedPicture('avc', data.subarray(5), framing);
  return configuredPicture('avc', data.subarray(5));
}

const [MP3, AAC, MP3_8KHZ] = [2, 10, 14];

/** Reads E.4.2.1 AUDIODATA. An AAC configuration stands for many frames. */
function formatIn(data: Uint8Array): SoundFormat[] | undefined {
  const codec = (data[0] ?? 0) >> 4;
  if (codec === AAC && data[1] === 0) {
    const format = parseAudioSpecificConfig(data.subarray(2));
    return format && [format, format];
  }
  const format = codec === MP3 || codec === MP3_8KHZ ? findSoundFormat('mpeg', data.subarray(1)) : undefined;
  return format && [format];
}
