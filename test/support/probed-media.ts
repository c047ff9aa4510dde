import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../local/cli/ffmpeg.ts';

const run = promisify(execFile);

/** Media file or playlist as ffprobe reads it, with every packet examined and none decoded. */
export interface ProbedMedia {
  readonly videos: readonly ProbedVideo[];
  readonly audios: readonly ProbedAudio[];
}

interface Timeline {
  /** Number of packets in the container. */
  readonly packets: number;
  /** Presentation times in order, in seconds. */
  readonly times: readonly number[];
  readonly firstSeconds: number;
  /** End of the last frame, in seconds. */
  readonly endSeconds: number;
}

export interface ProbedVideo extends Timeline {
  readonly codec: string;
  readonly profile: string | undefined;
  readonly pixelFormat: string | undefined;
  readonly transfer: string | undefined;
  readonly fieldOrder: string | undefined;
  /** Coded size, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Size that a player shows: rotated, with square pixels, not rounded. */
  readonly displayed: FrameSize;
  readonly isRotated: boolean;
}

export interface ProbedAudio extends Timeline {
  readonly codec: string;
  readonly channels: number;
  readonly layout: string | undefined;
  /** ISO 639-2 code; `und` if the file states none. */
  readonly language: string;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

interface Shown {
  readonly streams: readonly {
    readonly index: number;
    readonly codec_type: string;
    readonly codec_name?: string;
    readonly profile?: string;
    readonly width?: number;
    readonly height?: number;
    readonly sample_aspect_ratio?: string;
    readonly pix_fmt?: string;
    readonly color_transfer?: string;
    readonly field_order?: string;
    readonly channels?: number;
    readonly channel_layout?: string;
    readonly disposition?: { readonly attached_pic?: number };
    readonly tags?: { readonly language?: string };
    readonly side_data_list?: readonly { readonly rotation?: number }[];
  }[];
  readonly packets?: readonly {
    readonly stream_index: number;
    readonly pts_time?: string;
    readonly dts_time?: string;
    readonly duration_time?: string;
  }[];
}

/** Probes a file. @param path a media file, or a playlist with its files beside it */
export async function probeMedia(path: string): Promise<ProbedMedia> {
  const entries = [
    '-show_streams',
    '-show_packets',
    '-show_entries',
    'packet=stream_index,pts_time,dts_time,duration_time',
  ];
  const { stdout } = await run(getFfmpeg().ffprobePath, ['-v', 'error', '-of', 'json', ...entries, path], {
    maxBuffer: 1 << 28,
  });
  const { streams, packets = [] } = JSON.parse(stdout) as Shown;
  const timelineOf = (index: number): Timeline => timeline(packets.filter(({ stream_index: of }) => of === index));
  return {
    videos: streams
      .filter(({ codec_type: type, disposition }) => type === 'video' && disposition?.attached_pic !== 1)
      .map((stream) => ({ ...videoFacts(stream), ...timelineOf(stream.index) })),
    audios: streams
      .filter(({ codec_type: type }) => type === 'audio')
      .map((stream) => ({
        codec: stream.codec_name ?? '',
        channels: stream.channels ?? 0,
        layout: stream.channel_layout,
        language: stream.tags?.language ?? 'und',
        ...timelineOf(stream.index),
      })),
  };
}

function videoFacts(stream: Shown['streams'][number]): Omit<ProbedVideo, keyof Timeline> {
  const { width = 0, height = 0, sample_aspect_ratio: aspect = '1:1', side_data_list: sides = [] } = stream;
  const [across = 1, down = 1] = aspect.split(':').map(Number);
  const squareWidth = across > 0 && down > 0 ? (width * across) / down : width;
  const turn = sides.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const isUpright = Math.abs(turn) % 180 !== 90;
  return {
    codec: stream.codec_name ?? '',
    profile: stream.profile,
    pixelFormat: stream.pix_fmt,
    transfer: stream.color_transfer,
    fieldOrder: stream.field_order,
    width,
    height,
    displayed: isUpright ? { width: squareWidth, height } : { width: height, height: squareWidth },
    isRotated: turn !== 0,
  };
}

function timeline(packets: NonNullable<Shown['packets']>): Timeline {
  const seconds = (text: string | undefined): number => (text === undefined ? Number.NaN : Number(text));
  const shown = packets
    .map(({ pts_time: pts, dts_time: dts, duration_time: duration }) => ({
      at: seconds(pts ?? dts),
      lasts: seconds(duration ?? '0'),
    }))
    .filter(({ at }) => Number.isFinite(at))
    .toSorted((a, b) => a.at - b.at);
  const last = shown.at(-1);
  return {
    packets: packets.length,
    times: shown.map(({ at }) => at),
    firstSeconds: shown[0]?.at ?? Number.NaN,
    endSeconds: last === undefined ? Number.NaN : last.at + last.lasts,
  };
}
