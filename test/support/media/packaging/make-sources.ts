import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../../local/cli/ffmpeg.ts';
import { boxesIn, type LoadedBox, requireBox, rootOf } from '../../../../media/isobmff/box-tree.ts';
import { rotateBy90 } from '../../clips.ts';
import { footagePath } from '../../footage.ts';
import { withoutFragments } from '../../fragments.ts';
import { box, u32 } from '../box-builder.ts';
import { withEdits } from '../edited-movie.ts';

const run = promisify(execFile);

const PATTERN = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=7'];
const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=7'];
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '25', '-bf', '2'];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-x265-params', 'log-level=none:keyint=25:bframes=2'];
const COPY = ['-map', '0', '-c', 'copy'];

/** Makes MP4 files with the features that packagers get wrong, in a folder. @returns paths by what a file has */
export async function makeSources(folder: string): Promise<Record<string, string>> {
  const at = (name: string): string => join(folder, name);
  const ffmpeg = (...args: readonly string[]) => run(getFfmpeg().ffmpegPath, ['-y', '-v', 'error', ...args], { maxBuffer: 1 << 24 });
  await ffmpeg(
    ...PATTERN, ...TONE,
    '-map', '0', '-map', '1', ...H264, '-c:a', 'aac', at('b-frames.mp4'),
    '-map', '0', '-map', '1', '-t', '4', ...HEVC, '-tag:v', 'hvc1', '-c:a', 'aac', '-ar', '44100', at('hvc1.mp4'),
    '-map', '0', ...H264, '-t', '3', '-bf', '0', at('video-only.mp4'),
    '-map', '1', '-t', '5', '-c:a', 'aac', at('sound-only.mp4'),
    '-map', '0', '-map', '1', '-t', '3', ...H264, '-c:a', 'libmp3lame', '-ar', '22050', at('mp3.mp4'),
    '-map', '0', '-map', '1', '-map', '1', '-t', '3', ...H264, '-c:a:0', 'ac3', '-c:a:1', 'eac3', '-disposition:a', 'default', at('ac3.mp4'),
    '-map', '0', '-map', '1', '-t', '1', '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus', '-b:a', '64k', at('vp9-opus.mp4'),
    '-map', '0', '-map', '1', '-t', '1', '-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-c:a', 'flac', '-strict', '-2', at('av1-flac.mp4'),
  );
  const [source, hevc] = [at('b-frames.mp4'), at('hvc1.mp4')];
  await ffmpeg(
    '-i', source, '-i', hevc, '-ss', '2', '-i', source, '-t', '2', '-i', footagePath,
    ...COPY, '-movflags', '+negative_cts_offsets', at('negative-offsets.mp4'),
    ...COPY, '-movflags', '+faststart', at('moov-first.mp4'),
    ...COPY, '-movflags', 'frag_keyframe+empty_moov+default_base_moof', at('fragmented.mp4'),
    ...COPY, '-movflags', 'frag_keyframe', at('partly-fragmented.mp4'),
    '-map', '0:v', '-map', '0:a', '-map', '0:a', '-c', 'copy', '-disposition:a:1', 'default', '-metadata:s:a:0', 'language=deu', '-metadata:s:a:1', 'language=fra', at('two-sounds.mp4'),
    ...COPY, '-video_track_timescale', '25', at('coarse-timescale.mp4'),
    ...COPY, '-f', 'mov', at('quicktime.mov'),
    '-map', '1', '-c', 'copy', '-tag:v', 'hev1', at('hev1.mp4'),
    '-map', '1', '-c', 'copy', '-tag:v', 'hvc1', '-movflags', 'frag_keyframe+empty_moov+negative_cts_offsets', at('hevc-fragmented.mp4'),
    '-map', '2', '-c', 'copy', at('trimmed-at-key-frame.mp4'),
    '-map', '3', '-c', 'copy', at('footage-start.mp4'),
  );
  const original = await readFile(source);
  const edited = {
    'lost-fragment.mp4': withoutFragments(await readFile(at('fragmented.mp4')), 2),
    'large-offsets.mp4': withLargeOffsets(original),
    'rotated.mp4': rotateBy90(original),
    'edited-end.mp4': withEdits(original, [{ from: 0, seconds: 3.5 }]),
    'several-edits.mp4': withEdits(original, [{ from: 0, seconds: 1.48 }, { from: 1.48, seconds: 3.02 }]),
    'one-edit.mp4': withEdits(original, [{ from: 0, seconds: 4.5 }]),
    'two-parts.mp4': withEdits(original, [{ from: 0, seconds: 2 }, { from: 4, seconds: 2 }]),
    'edited-start.mp4': withEdits(original, [{ from: 3, seconds: 3 }]),
    'delayed.mp4': withEdits(original, [{ seconds: 1 }, { from: 1, seconds: 4 }]),
  };
  for (const [name, file] of Object.entries(edited)) await writeFile(at(name), file);
  const names = [
    'b-frames.mp4', 'hvc1.mp4', 'video-only.mp4', 'sound-only.mp4', 'mp3.mp4', 'ac3.mp4', 'vp9-opus.mp4', 'av1-flac.mp4', 'negative-offsets.mp4', 'moov-first.mp4',
    'fragmented.mp4', 'partly-fragmented.mp4', 'two-sounds.mp4', 'coarse-timescale.mp4', 'quicktime.mov', 'hev1.mp4', 'hevc-fragmented.mp4',
    'trimmed-at-key-frame.mp4', 'footage-start.mp4', ...Object.keys(edited),
  ];
  return { ...Object.fromEntries(names.map((name) => [name.replace(/\..*/, ''), at(name)])), footage: footagePath };
}

/** Replaces the offsets of chunks by 64-bit ones, in an MP4 whose index follows its media, and the size of the media as well. */
export function withLargeOffsets(file: Buffer): Buffer {
  const at = file.indexOf('moov') - 4;
  const rebuild = (parent: LoadedBox): Buffer =>
    box(parent.type, boxesIn(parent).map((child) => {
      if (['trak', 'mdia', 'minf', 'stbl'].includes(child.type)) return rebuild(child);
      return child.type === 'stco' ? largeOffsets(Buffer.from(child.content)) : box(child.type, child.content);
    }));
  // ffmpeg leaves room for a 64-bit size before the media.
  const media = Buffer.from(file.subarray(0, at));
  const free = media.indexOf('free') - 4;
  const mdatSize = media.readUInt32BE(free + 8);
  Buffer.concat([u32(1), Buffer.from('mdat'), u32(0, mdatSize + 8)]).copy(media, free);
  return Buffer.concat([media, rebuild(requireBox(rootOf(file), 'moov'))]);
}

function largeOffsets(content: Buffer): Buffer {
  const count = content.readUInt32BE(4);
  const offsets = Array.from({ length: count }, (_, chunk) => [0, content.readUInt32BE(8 + 4 * chunk)]);
  return box('co64', u32(0, count, ...offsets.flat()));
}
