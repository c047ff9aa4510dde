import { makeWithFfmpeg } from '../clips.ts';
import { decodePictures } from './decode-pictures.ts';

function quarter(color: string): string {
  return `color=${color}:s=80x60:r=5:d=0.4`;
}

/** Two frames of 160×120 in four colors: red and lime above blue and white. */
const QUARTERS =
  `${quarter('red')}[a];${quarter('lime')}[b];${quarter('blue')}[c];${quarter('white')}[d];` +
  '[a][b]hstack[top];[c][d]hstack[bottom];[top][bottom]vstack';
const VIDEO = ['-f', 'lavfi', '-i', QUARTERS, '-c:v', 'libx264', '-pix_fmt', 'yuv420p'];

/** Makes a clip of the four colors. @param options further options of ffmpeg */
export function makeQuarters(file: string, ...options: string[]): Promise<Buffer> {
  return makeWithFfmpeg(file, [...VIDEO, ...options]);
}

const COLORS = { R: [255, 0, 0], G: [0, 255, 0], B: [0, 0, 255], W: [255, 255, 255], K: [0, 0, 0] } as const;

/** Returns the colors of the first frame's quarters by their initials, row by row, such as `RG/BW`. */
export async function readQuarters(path: string): Promise<string> {
  return (await readQuartersOf([path]))[0] ?? '';
}

/** Reads the quarters of several files, as `readQuarters` does. */
export async function readQuartersOf(paths: readonly string[]): Promise<string[]> {
  const pictures = await decodePictures(paths.map((path) => ({ path, filters: 'format=rgb24,scale=2:2:flags=area,format=rgb24' })));
  return pictures.map((picture) => {
    const initials = [0, 1, 2, 3].map((quarterIndex) => nearestColor(picture.subarray(quarterIndex * 3, quarterIndex * 3 + 3)));
    return `${initials.slice(0, 2).join('')}/${initials.slice(2).join('')}`;
  });
}

/** Returns the initial of the color that is nearest to a pixel; `K` for black. */
export function nearestColor(pixel: Uint8Array): string {
  const distance = (color: readonly number[]): number =>
    color.reduce((sum, value, index) => sum + (value - (pixel[index] ?? 0)) ** 2, 0);
  const [nearest] = Object.entries(COLORS).toSorted(([, a], [, b]) => distance(a) - distance(b));
  return nearest?.[0] ?? '';
}

/** Values a, b, c and d of a display matrix: ISO/IEC 14496-12:2022, 6.2.2. */
export type MatrixValues = readonly [number, number, number, number];

function matrixBytes([a, b, c, d]: MatrixValues): Buffer {
  const bytes = Buffer.alloc(36);
  for (const [index, value] of [a, b, 0, c, d].entries()) bytes.writeInt32BE(Math.round(value * 0x1_0000), index * 4);
  bytes.writeInt32BE(0x4000_0000, 32);
  return bytes;
}

/** Replaces the identity matrix of the first track's header, the second one in an MP4, or of the movie header, the first. */
export function withMatrix(file: Buffer, matrix: MatrixValues, header: 'track' | 'movie' = 'track'): Buffer {
  const changed = Buffer.from(file);
  const identity = matrixBytes([1, 0, 0, 1]);
  const first = changed.indexOf(identity);
  matrixBytes(matrix).copy(changed, header === 'track' ? changed.indexOf(identity, first + 1) : first);
  return changed;
}

/** Options that make ffmpeg describe the colors of a track in Matroska, which a projection of up to 17 bytes can replace. */
export const DESCRIBED_COLORS = [
  '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv',
];

/** Replaces the description of the colors by a projection: RFC 9559, 5.1.4.1.28.41. */
export function withProjection(file: Buffer, degrees: { readonly yaw?: number; readonly roll?: number }): Buffer {
  const at = file.indexOf(Buffer.from('55b0', 'hex'));
  const size = 3 + ((file[at + 2] ?? 0) & 0x7f);
  const projection = Buffer.concat([...number(0x7673, degrees.yaw), ...number(0x7675, degrees.roll)]);
  const element = Buffer.concat([Buffer.from([0x76, 0x70, 0x80 | projection.length]), projection]);
  const padding = Buffer.alloc(size - element.length);
  padding.set([0xec, 0x80 | (padding.length - 2)]);
  return Buffer.concat([file.subarray(0, at), element, padding, file.subarray(at + size)]);
}

function number(id: number, value: number | undefined): Buffer[] {
  if (value === undefined) return [];
  const bytes = Buffer.alloc(7);
  bytes.writeUInt16BE(id);
  bytes.writeUInt8(0x84, 2);
  bytes.writeFloatBE(value, 3);
  return [bytes];
}
