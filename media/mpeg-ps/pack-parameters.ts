import type { ByteSource } from '../byte-source.ts';
import { parameterRanges } from '../containers/parameter-ranges.ts';
import type { StreamParameters } from '../containers/stream-parameters.ts';
import { TICKS_PER_SECOND } from '../mpeg-ts/clock.ts';
import type { FrameStretch, TimedFrame } from '../picture/picture.ts';
import { findStatedPicture } from '../picture/stated-picture.ts';
import { findSoundFormat, type SoundFormat } from '../sound/sound-format.ts';
import { isAudioId, isVideoId, PRIVATE, readProgramPieces } from './program-packets.ts';

/** Sub-stream number and two pointers, which precede the frames in a private stream. */
const AC3_HEAD_BYTES = 4;

/** Reads the pictures and sound formats that a program stream's packets state: ISO/IEC 13818-1, 2.5.3. */
export async function readPackParameters(source: ByteSource): Promise<StreamParameters> {
  const stretches: FrameStretch[] = [];
  const sound = new Map<string, SoundFormat[]>();
  let video: number | undefined;
  for (const { start, end } of parameterRanges(0, source.size)) {
    const frames: TimedFrame[] = [];
    for await (const { id, time, payload } of packetsIn(source, start, end)) {
      if (isVideoId(id)) video ??= id;
      if (id === video) {
        const seconds = time === undefined ? frames.at(-1)?.seconds : time / TICKS_PER_SECOND;
        const picture = findStatedPicture('mpeg2', payload);
        if (seconds !== undefined && (time !== undefined || picture !== undefined)) frames.push({ seconds, picture });
      }
      const format = soundFormat(id, payload);
      if (format === undefined) continue;
      const known = sound.get(format.stream);
      if (known === undefined) sound.set(format.stream, [format]);
      else known.push(format);
    }
    stretches.push(frames);
  }
  return { stretches, sound: [...sound.values()] };
}

/** Returns whether a sub-stream of a DVD's private stream holds AC-3. */
function isAc3(subStream: number): boolean {
  return subStream >= 0x80 && subStream <= 0x87;
}

function soundFormat(id: number, payload: Uint8Array): (SoundFormat & { readonly stream: string }) | undefined {
  const isPrivate = id === PRIVATE && isAc3(payload[0] ?? 0);
  if (!isAudioId(id) && !isPrivate) return undefined;
  const format = isPrivate ? findSoundFormat('ac3', payload.subarray(AC3_HEAD_BYTES)) : findSoundFormat('mpeg', payload);
  return format && { ...format, stream: isPrivate ? `${id}-${payload[0]}` : String(id) };
}

interface Packet {
  readonly id: number;
  readonly time: number | undefined;
  readonly payload: Uint8Array;
}

async function* packetsIn(source: ByteSource, start: number, end: number): AsyncGenerator<Packet> {
  for await (const { packets } of readProgramPieces(source, start, end)) {
    for (const { id, header, bytes } of packets) yield { id, time: header.time, payload: bytes.subarray(header.size) };
  }
}
