import type { ByteSource } from '../byte-source.ts';
import type { MarkList, ReadMarks } from '../gaps/gap.ts';
import { walkUnits } from '../gaps/walk-units.ts';
import { TICKS_PER_SECOND } from '../mpeg-ts/clock.ts';
import { parseTimeStamp } from '../mpeg-ts/pes-header.ts';
import { PACKET_HEAD_BYTES, parsePacketHeader } from './packet-header.ts';

// ISO/IEC 13818-1, 2.5.3; ISO/IEC 11172-1, 2.4.3.
const [END, PACK, SYSTEM_HEADER] = [0xb9, 0xba, 0xbb];
const START_CODE = Buffer.from([0, 0, 1]);
const PACK_START = Buffer.from([0, 0, 1, PACK]);
/** Zero bytes that may stand between packets, as at the end of a sector. */
const MAX_STUFFING_BYTES = 2048;
/** Maximum step of the clock between packs, 90 kHz: ISO/IEC 13818-1, 2.7.1; a larger one shows that packs are missing. */
const MAX_CLOCK_STEP = 0.7 * TICKS_PER_SECOND;
const CLOCK_BYTES = 9;
const PES_HEAD_BYTES = 14;

/** Start codes of a sequence and of a group of pictures, with which decoding begins: ISO/IEC 13818-2, Table 6-1. */
const KEY_CODES = [Buffer.from([0, 0, 1, 0xb3]), Buffer.from([0, 0, 1, 0xb8])];
const MIN_VIDEO_ID = 0xe0;

/** Returns a reader of the times of packets, which finds bytes that are no packets, and packs that are missing by their clock. */
export function packMarks(source: ByteSource): ReadMarks {
  let clock: number | undefined;
  const keyed = new Set<number>();
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const next = clockOf(Buffer.from(await bytes.read(at, CLOCK_BYTES)));
    if (next !== undefined) {
      if (clock !== undefined && next - clock > MAX_CLOCK_STEP) list.break(0);
      clock = next;
    }
    return readUnit(bytes, at, list, keyed);
  };
  return walkUnits(source, {
    read,
    find: (bytes) => {
      const at = bytes.indexOf(PACK_START);
      return at < 0 ? undefined : at;
    },
    headBytes: PACK_START.length,
    first: 0,
    reset: () => (clock = undefined),
  });
}

/** Returns the system clock of a pack, 90 kHz: ISO/IEC 13818-1, 2.5.3.3; ISO/IEC 11172-1, 2.4.3.2. */
function clockOf(head: Buffer): number | undefined {
  if (head.length < CLOCK_BYTES || !head.subarray(0, 4).equals(PACK_START)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = head.subarray(4, 9);
  if ((a & 0xf0) === 0x20) return parseTimeStamp(head.subarray(4, 9));
  if ((a & 0xc0) !== 0x40) return undefined;
  const [high, middle] = [(a >> 3) & 7, ((a & 3) << 13) | (b << 5) | (c >> 3)];
  return high * 2 ** 30 + middle * 2 ** 15 + (((c & 3) << 13) | (d << 5) | (e >> 3));
}

/** @param keyed streams of which a key frame is known */
async function readUnit(source: ByteSource, at: number, list: MarkList, keyed: Set<number>): Promise<number | undefined> {
  const head = Buffer.from(await source.read(at, PES_HEAD_BYTES));
  if (head.length < 6) return undefined;
  if (!head.subarray(0, 3).equals(START_CODE)) return skipStuffing(source, at);
  const id = head[3] ?? 0;
  if (id === END) return at + 4;
  if (id === PACK) return at + packBytes(head);
  if (id < SYSTEM_HEADER) return undefined;
  if (isMedia(id)) {
    const time = parsePacketHeader(await source.read(at, PACKET_HEAD_BYTES))?.time;
    if (time !== undefined) {
      list.time(id, time / TICKS_PER_SECOND);
      if (id >= MIN_VIDEO_ID && !keyed.has(id)) {
        const payload = Buffer.from(await source.read(at, 6 + head.readUInt16BE(4)));
        const isKey = KEY_CODES.some((code) => payload.includes(code));
        list.picture(id, isKey ? 'key' : 'dependent');
        if (isKey) keyed.add(id);
      }
    }
  }
  return at + 6 + head.readUInt16BE(4);
}

/** Returns the size of a pack header: 12 bytes in MPEG-1, at least 14 in MPEG-2. */
function packBytes(head: Buffer): number {
  return ((head[4] ?? 0) & 0xc0) === 0x40 ? 14 + ((head[13] ?? 0) & 7) : 12;
}

/** Sound (0xC0 to 0xDF) and video (0xE0 to 0xEF): ISO/IEC 13818-1, Table 2-22. */
function isMedia(id: number): boolean {
  return id >= 0xc0 && id <= 0xef;
}

async function skipStuffing(source: ByteSource, at: number): Promise<number | undefined> {
  const bytes = Buffer.from(await source.read(at, MAX_STUFFING_BYTES));
  const next = bytes.indexOf(START_CODE);
  return next > 0 && bytes.subarray(0, next).every((byte) => byte === 0) ? at + next : undefined;
}
