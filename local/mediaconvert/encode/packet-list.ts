import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Packet in ffmpeg's list. */
export interface ListedPacket {
  /** Presentation time, seconds. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Whether an edit hides it, as in a trimmed MP4: decoders need it for others, but it is not presented. */
  readonly isHidden: boolean;
}

/** `AV_PKT_FLAG_DISCARD`: https://ffmpeg.org/doxygen/5.1/group__lavc__packet.html */
const HIDDEN_FLAG = 4;

/**
 * Reads the packets that ffmpeg lists. Each line holds stream, decoding time, presentation time, duration, size and checksum,
 * and flags unless it is a plain key frame; times are in ticks of the time base that the header states.
 * https://ffmpeg.org/ffmpeg-formats.html#framecrc
 *
 * @param lines lines of a list with one stream; packets without a time are left out
 */
export async function* parsePacketList(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ListedPacket, void> {
  let tickSeconds = 0;
  for await (const line of lines) {
    const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
    if (numerator !== undefined) tickSeconds = Number(numerator) / Number(denominator);
    const [, time, duration, flags = '0'] = PACKET.exec(line) ?? [];
    if (time === undefined) continue;
    const startSeconds = Number(time) * tickSeconds;
    const isHidden = (Number.parseInt(flags, 16) & HIDDEN_FLAG) > 0;
    yield { startSeconds, endSeconds: (Number(time) + Number(duration)) * tickSeconds, isHidden };
  }
}

const PACKET = /^0, *-?\d+, *(-?\d{1,15}), *(\d+), *\d+, *0x[\da-f]+(?:, *F=0x([\da-f]+))?/i;

/** Reads a list with `read`. @returns undefined if it cannot be read */
export async function readPacketList<Result>(
  path: string,
  read: (packets: AsyncIterable<ListedPacket>) => Promise<Result>,
): Promise<Result | undefined> {
  const lines = createInterface({ input: createReadStream(path) });
  try {
    return await read(parsePacketList(lines));
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
}
