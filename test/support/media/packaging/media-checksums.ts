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

/**
 * Reads the packets of files of one kind and decodes them, in one run of ffmpeg. Sound that an edit hides counts: a codec's
 * priming.
 */
export async function mediaChecksums(
  paths: readonly string[],
  { video, sound, followsEdits = false }: ChecksumOptions,
): Promise<MediaChecksums[]> {
  const inputs = paths.flatMap((path) => {
    const isMp4 = !path.endsWith('.ts');
    return [
      ...(isMp4 && !followsEdits ? ['-ignore_editlist', '1'] : []), '-i', path,
      ...(isMp4 ? ['-ignore_editlist', '1'] : []), '-i', path,
    ];
  });
  const outputs = paths.flatMap((path, index) => {
    const [pictures, frames] = [`${2 * index}:v:0`, `${2 * index + 1}:a:0`];
    return [
      ...(video === undefined ? [] : [
        '-map', pictures, '-c', 'copy', '-copyinkf', '-bsf:v', PICTURE_FILTERS[video], '-f', 'framemd5', `${path}.pb`,
        '-map', pictures, '-fps_mode', 'passthrough', '-f', 'framemd5', `${path}.p`,
      ]),
      ...(sound === undefined ? [] : [
        '-map', frames, '-c', 'copy', ...(sound === 'aac' ? ['-bsf:a', 'aac_adtstoasc'] : []), '-f', 'framemd5', `${path}.sb`,
        '-map', frames, '-f', 'framemd5', `${path}.s`,
      ]),
    ];
  });
  await promisify(execFile)(getFfmpeg().ffmpegPath, ['-y', '-v', 'fatal', '-nostdin', ...inputs, ...outputs], { maxBuffer: 1 << 26 });
  const read = async (list: string, isThere: boolean): Promise<string[]> => {
    const lines = isThere ? (await readFile(list, 'utf8')).split('\n') : [];
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').slice(SIZE_COLUMN, SIZE_COLUMN + 2).join(''));
  };
  const [hasVideo, hasSound] = [video !== undefined, sound !== undefined];
  return Promise.all(
    paths.map(async (path) => ({
      pictureBytes: await read(`${path}.pb`, hasVideo),
      soundBytes: await read(`${path}.sb`, hasSound),
      pictures: await read(`${path}.p`, hasVideo),
      sound: await read(`${path}.s`, hasSound),
    })),
  );
}
