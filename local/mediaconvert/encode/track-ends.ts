import { join } from 'node:path';
import { audioInput } from './audio-filters.ts';
import type { EncodePlan } from './encode-plan.ts';
import type { TrackEnds } from './end-times.ts';
import { type MediaTools, runTool } from '../media-tools.ts';
import { type ListedPacket, readPacketList } from './packet-list.ts';
import { planInputs } from './plan-inputs.ts';
import { countGaps } from './sound-gaps.ts';
import { KEEP_AUDIO_GRAPH, throwIfSoundChanged } from './steady-sound.ts';

interface MeasureOptions {
  readonly tools: MediaTools;
  /** Directory of the job, for lists of packets. */
  readonly directory: string;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
}

/** Measured tracks of a source. */
export interface MeasuredTracks extends TrackEnds {
  /** Number of gaps in the decoded sound that the encoder fills with silence. */
  readonly soundGaps: number;
}

/**
 * Measures when the tracks of a source end. Reads the whole file and decodes its audio, which takes a small part of the encode
 * time: few containers state the end of each track, and none states how much of it decodes. The same lists show where
 * sound is missing.
 *
 * @returns undefined if no output depends on another track's end
 * @throws SoundChangedError if the sound's layout or sampling rate changes
 */
export async function measureTrackEnds(
  plan: EncodePlan,
  { tools, directory, timeLimitMs, signal }: MeasureOptions,
): Promise<MeasuredTracks | undefined> {
  const { video, audios, padsVideo, startSeconds } = plan;
  if (audios.length === 0 || !(padsVideo || audios.some(({ matchesVideo }) => matchesVideo))) return undefined;
  const streams = [...new Set(audios.map(({ stream }) => stream.index))];
  const inputOf = (stream: number): string => audioInput(plan, audios.findIndex((audio) => audio.stream.index === stream));
  const result = await runTool({
    path: tools.ffmpegPath,
    args: [
      '-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-max_error_rate', '1',
      ...KEEP_AUDIO_GRAPH, ...planInputs(plan),
      ...listPackets(`0:${video.index}`, 'copy', video.index),
      ...streams.flatMap((index) => listPackets(inputOf(index), 'pcm_s16le', index)),
    ],
    directory,
    timeLimitMs,
    signal,
  });
  throwIfSoundChanged(result);
  // ffmpeg writes the lists even if the file ends in damage.
  const [videoEnd, ...audioEnds] = await Promise.all(
    [video.index, ...streams].map(async (index) => {
      const end = await readPacketList(join(directory, listName(index)), findListEnd);
      return end === undefined ? undefined : end + startSeconds;
    }),
  );
  const gaps = await Promise.all(streams.map((index) => readPacketList(join(directory, listName(index)), countGaps)));
  return {
    videoSeconds: videoEnd,
    audioSeconds: Math.max(...audioEnds.map((end = -Infinity) => end)),
    soundGaps: gaps.reduce<number>((sum, count = 0) => sum + count, 0),
  };
}

function listPackets(stream: string, codec: string, index: number): string[] {
  return ['-map', stream, '-c', codec, '-f', 'framecrc', listName(index)];
}

function listName(index: number): string {
  return `packets-${index}.txt`;
}

/** Returns when the last presented packet of a list ends, in seconds; undefined if there is none. */
export async function findListEnd(packets: AsyncIterable<ListedPacket>): Promise<number | undefined> {
  let end: number | undefined;
  for await (const { endSeconds, isHidden } of packets) if (!isHidden) end = Math.max(end ?? endSeconds, endSeconds);
  return end;
}
