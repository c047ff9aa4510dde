import { type MatrixValues, withMatrix, withProjection } from '../media/oriented-clips.ts';
import { joinFiles } from '../clips.ts';
import type { InputKind } from './input-kind.ts';

/** Kind of file that asks players to rotate or mirror its four-color picture. */
export interface OrientedKind extends InputKind {
  readonly container: 'mp4' | 'mkv';
  /** Writes the orientation into a file of the container. */
  readonly orient: (file: Buffer) => Buffer | Promise<Buffer>;
  /** Colors that viewers see, row by row; the file stores `RG/BW`. */
  readonly looks: string;
  /** Rotation setting of the job. */
  readonly rotate: string;
}

type More = Pick<InputKind, 'becomes' | 'warnings' | 'onMediaConvert'>;

const MIRRORED: More = {
  warnings: ['mirror_not_applied'],
  onMediaConvert: 'Left and right stay as stored: it can rotate a picture but not mirror it.',
};

function inMp4(name: string, matrix: MatrixValues, looks: string, rotate: string, more: More = {}): OrientedKind {
  return { topic: 'pictures', name, container: 'mp4', orient: (file) => withMatrix(file, matrix), looks, rotate, ...more };
}

function inMatroska(name: string, projection: Parameters<typeof withProjection>[1], looks: string, rotate: string, more: More): OrientedKind {
  return { topic: 'pictures', name, container: 'mkv', orient: (file) => withProjection(file, projection), looks, rotate, ...more };
}

export const ORIENTED_KINDS: readonly OrientedKind[] = [
  inMp4('an MP4 without a rotation', [1, 0, 0, 1], 'RG/BW', 'DEGREE_0'),
  inMp4('an MP4 that rotates clockwise', [0, 1, -1, 0], 'BR/WG', 'AUTO', { becomes: 'the picture rotated' }),
  inMp4('an MP4 that rotates by 180°', [-1, 0, 0, -1], 'WB/GR', 'AUTO', { becomes: 'the picture rotated' }),
  inMp4('an MP4 that rotates counterclockwise', [0, -1, 1, 0], 'GW/RB', 'AUTO', { becomes: 'the picture rotated' }),
  inMp4('an MP4 that rotates by 45°', [0.71, 0.71, -0.71, 0.71], 'RG/BW', 'DEGREE_0', { becomes: 'the picture as stored' }),
  inMp4('an MP4 that mirrors left and right', [-1, 0, 0, 1], 'GR/WB', 'DEGREE_0', { becomes: 'the picture mirrored', ...MIRRORED }),
  inMp4('an MP4 that flips top and bottom', [1, 0, 0, -1], 'BW/RG', 'DEGREES_180', { becomes: 'the picture flipped', ...MIRRORED }),
  inMp4('an MP4 that rotates clockwise and mirrors', [0, 1, 1, 0], 'RB/GW', 'DEGREES_90', { becomes: 'the picture rotated and mirrored', ...MIRRORED }),
  inMp4('an MP4 that rotates counterclockwise and mirrors', [0, -1, -1, 0], 'WG/BR', 'DEGREES_270', { becomes: 'the picture rotated and mirrored', ...MIRRORED }),
  {
    topic: 'pictures',
    name: 'H.264 with a display orientation SEI message',
    container: 'mp4',
    // "By default, the service does no rotation, even if your input video has rotation metadata."
    orient: (file) => joinFiles([file], 'a.mp4', '-bsf:v', 'h264_metadata=display_orientation=insert:rotate=90'),
    looks: 'RG/BW',
    rotate: 'DEGREE_0',
    becomes: 'the picture as stored',
  },
  inMatroska('Matroska that rolls its picture by 90°', { roll: 90 }, 'GW/RB', 'DEGREES_270', { becomes: 'the picture rotated' }),
  inMatroska('Matroska that mirrors its picture', { yaw: 180 }, 'GR/WB', 'DEGREE_0', { becomes: 'the picture mirrored', ...MIRRORED }),
  inMatroska('Matroska that rolls its picture by 180° and mirrors it', { yaw: 180, roll: 180 }, 'BW/RG', 'DEGREES_180', { becomes: 'the picture flipped', ...MIRRORED }),
];
