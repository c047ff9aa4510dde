/**
 * Counts the pictures that begin in a part of an elementary stream. The two fields of an interlaced frame may be pictures of
 * their own.
 *
 * @param type `stream_type` of the program map
 * @returns undefined for a codec whose pictures are not recognized
 */
export function countPictures(type: number, bytes: Uint8Array): number | undefined {
  const isPicture = STARTS[type];
  if (isPicture === undefined) return undefined;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = data.indexOf(START_CODE); at >= 0; at = data.indexOf(START_CODE, at + 3)) {
    if (isPicture(data[at + 3] ?? 0, data[at + 4] ?? 0, data[at + 5] ?? 0)) count += 1;
  }
  return count;
}

const START_CODE = Buffer.from([0, 0, 1]);

type StartsPicture = (first: number, second: number, third: number) => boolean;

/** ISO/IEC 13818-2, 6.2.1: picture_start_code. */
function startsMpeg2Picture(code: number): boolean {
  return code === 0;
}

/** ITU-T H.264, 7.3.3: a slice whose first macroblock is number 0. */
function startsAvcPicture(header: number, slice: number): boolean {
  const type = header & 0x1f;
  return (type === 1 || type === 5) && (slice & 0x80) !== 0;
}

/** ITU-T H.265, 7.3.6.1: first_slice_segment_in_pic_flag of a unit of video, after a header of two bytes. */
function startsHevcPicture(header: number, _second: number, slice: number): boolean {
  return (header >> 1) < 32 && (header & 0x80) === 0 && (slice & 0x80) !== 0;
}

const STARTS: Readonly<Record<number, StartsPicture>> = {
  0x01: startsMpeg2Picture,
  0x02: startsMpeg2Picture,
  0x1b: startsAvcPicture,
  0x24: startsHevcPicture,
};
