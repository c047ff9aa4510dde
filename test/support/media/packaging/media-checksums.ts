import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../../local/cli/ffmpeg.ts';

/** Checksums of the first video and the first sound track of a file, in decoding order or, of decoded frames, in the order of time. */
export interface MediaChecksums {
  /** Of each picture's bytes without delimiters and parameter sets. */
  readonly pictureBytes: readonly string[];
  /** Of each sound frame's bytes without ADTS headers. */
  readonly soundBytes: readonly string[];
  readonly pictures: readonly string[];
  readonly sound: readonly string[];
}

/** Filters of ffmpeg that remove delimiters and parameter sets, by codec. */
const PICTURE_FILTERS = {
  h264: 'h264_mp4toannexb,filter_units=remove_types=7|8|9',
  hevc: 'hevc_mp4toannexb,filter_units=remove_types=32|33|34|35',
};

/** Column of a packet's size, which its checksum follows. */
const SIZE_COLUMN = 4;

export interface ChecksumOptions {
  /** Codec of the video; undefined for a file without one. */
  readonly video: keyof typeof PICTURE_FILTERS | undefined;
  /** Codec of the sound; undefined for a file without sound. */
  readonly sound: string | undefined;
  /** Whether pictures that an edit hides are left out. @default false */
  readonly followsEdits?: boolean;
}

/** Reads the packets of a file and decodes them, in one run of ffmpeg. Sound that an edit hides counts: a codec's priming. */
export async function mediaChecksums(path: string, { video, sound, followsEdits = false }: ChecksumOptions): Promise<MediaChecksums> {
  const isMp4 = !path.endsWith('.ts');
  const inputs = [
    ...(isMp4 && !followsEdits ? ['-ignore_editlist', '1'] : []), '-i', path,
    ...(isMp4 ? ['-ignore_editlist', '1'] : []), '-i', path,
  ];
  const [pictureBytes, soundBytes, pictures, frames] = ['pb', 'sb', 'p', 's'].map((name) => `${path}.${name}`);
  const outputs = [
    ...(video === undefined ? [] : [
      '-map', '0:v:0', '-c', 'copy', '-copyinkf', '-bsf:v', PICTURE_FILTERS[video], '-f', 'framemd5', pictureBytes ?? '',
      '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'framemd5', pictures ?? '',
    ]),
    ...(sound === undefined ? [] : [
      '-map', '1:a:0', '-c', 'copy', ...(sound === 'aac' ? ['-bsf:a', 'aac_adtstoasc'] : []), '-f', 'framemd5', soundBytes ?? '',
      '-map', '1:a:0', '-f', 'framemd5', frames ?? '',
    ]),
  ];
  await promisify(execFile)(getFfmpeg().ffmpegPath, ['-y', '-v', 'fatal', '-nostdin', ...inputs, ...outputs], { maxBuffer: 1 << 26 });
  const read = async (file: string | undefined, isThere: boolean): Promise<string[]> => {
    const lines = isThere ? (await readFile(file ?? '', 'utf8')).split('\n') : [];
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').slice(SIZE_COLUMN, SIZE_COLUMN + 2).join(''));
  };
  const [hasVideo, hasSound] = [video !== undefined, sound !== undefined];
  return {
    pictureBytes: await read(pictureBytes, hasVideo),
    soundBytes: await read(soundBytes, hasSound),
    pictures: await read(pictures, hasVideo),
    sound: await read(frames, hasSound),
  };
}
