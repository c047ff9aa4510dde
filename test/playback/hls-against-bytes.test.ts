import type { types } from 'hls-parser';
import { requestPlayback } from '../../local/cli/play.ts';
import { waitForFootage } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { type HlsPresentation, type HlsRendition, fileNameOf, readHls } from '../support/playback/hls-presentation.ts';
import { startMicroseconds, measureSegments } from '../support/playback/segment-bytes.ts';
import { waitForTwoLanguages } from '../support/playback/two-languages.ts';

/** Clauses without a document are those of RFC 8216; its second edition does not change the rules checked here. */

const videos = { 'Big Buck Bunny': waitForFootage, 'two languages, one in 5.1': waitForTwoLanguages };

describe.each(Object.entries(videos))('HLS of %s, which hls-parser accepts in strict mode', (_, isReady) => {
  let hls: HlsPresentation;
  let videoRenditions: HlsRendition[];
  let audioRenditions: HlsRendition[];
  beforeAll(async () => {
    const cloud = sharedCloud();
    const { videoId } = await isReady(cloud);
    hls = await readHls((await requestPlayback(cloud.running, videoId)).hlsUrl);
    const all = [...hls.renditions.values()];
    videoRenditions = all.filter(({ bytes }) => bytes.video !== undefined);
    audioRenditions = all.filter(({ bytes }) => bytes.audio !== undefined);
  });

  const renditionOf = (uri: string | undefined): HlsRendition => {
    const rendition = hls.renditions.get(fileNameOf(uri ?? ''));
    if (rendition === undefined) throw new Error(`The presentation has no rendition ${uri}.`);
    return rendition;
  };

  test('every media playlist is complete, with the version that its tags need', () => {
    for (const { playlist, text } of hls.renditions.values()) {
      expect(playlist).toMatchObject({ endlist: true, playlistType: 'VOD', independentSegments: true });
      // 7: EXT-X-MAP needs version 6, except in an I-frame playlist.
      expect(playlist.version).toBeGreaterThanOrEqual(6);
      // 4.3.3.1: no rounded EXTINF exceeds the target duration; 4.3.2.1: a version below 3 allows only integers.
      for (const { duration } of playlist.segments)
        expect(Math.round(duration)).toBeLessThanOrEqual(playlist.targetDuration);
      expect(text.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
    }
  });

  test('every media playlist has the same target duration', () => {
    // 6.2.4: "Each Media Playlist in each Variant Stream MUST have the same target duration."
    const targets = [...hls.renditions.values()].map(({ playlist }) => playlist.targetDuration);
    expect(new Set(targets).size).toBe(1);
  });

  test('segments consist of whole fragments and cover the file from its index to its end', () => {
    for (const { playlist, bytes } of hls.renditions.values()) {
      // 4.3.2.5 and 3.3: the init segment is exactly ftyp and moov.
      for (const { map } of playlist.segments) expect(map.byterange).toEqual({ offset: 0, length: bytes.initSize });
      const ranges = playlist.segments.map(({ byterange }) => byterange);
      let next = bytes.index.offset + bytes.index.size;
      for (const [position, { offset, length }] of ranges.entries()) {
        expect(offset).toBe(next);
        expect(measureSegments(bytes, ranges)[position]?.size).toBe(length);
        next += length;
      }
      expect(next).toBe(bytes.size);
    }
  });

  test('every EXTINF equals the duration of the samples in its bytes', () => {
    for (const { playlist, bytes } of hls.renditions.values()) {
      const measured = measureSegments(bytes, playlist.segments.map(({ byterange }) => byterange));
      for (const [position, { duration }] of playlist.segments.entries()) {
        expect(Math.abs(duration - (measured[position]?.durationSeconds ?? 0))).toBeLessThan(0.001);
      }
    }
  });

  test('every segment is independent: it starts with a sync sample that is also presented first', () => {
    for (const { playlist, bytes } of hls.renditions.values()) {
      for (const segment of measureSegments(bytes, playlist.segments.map(({ byterange }) => byterange))) {
        // 4.3.5.1 EXT-X-INDEPENDENT-SEGMENTS.
        expect(segment.startsWithSyncSample).toBe(true);
        expect(segment.earliestSeconds).toBe(segment.startSeconds);
      }
    }
  });

  test('video renditions have aligned segments, and audio renditions match their number and duration', () => {
    const starts = ({ playlist, bytes }: HlsRendition): number[] =>
      startMicroseconds(measureSegments(bytes, playlist.segments.map(({ byterange }) => byterange)));
    const [first, ...others] = videoRenditions.map(starts);
    // 6.2.4: matching content has matching timestamps.
    for (const other of others) expect(other).toEqual(first);
    const longest = Math.max(
      ...[...hls.renditions.values()].flatMap(({ playlist }) => playlist.segments.map(({ duration }) => duration)),
    );
    for (const rendition of audioRenditions) {
      expect(rendition.playlist.segments).toHaveLength(first?.length ?? 0);
      const durations = [rendition, ...videoRenditions].map(({ playlist }) =>
        playlist.segments.reduce((sum, { duration }) => sum + duration, 0),
      );
      expect(Math.max(...durations) - Math.min(...durations)).toBeLessThan(longest);
    }
  });

  test('BANDWIDTH and AVERAGE-BANDWIDTH match the bytes, including the largest audio of the group', () => {
    for (const { uri, audio, bandwidth, averageBandwidth } of hls.variants) {
      // 4.3.4.2: "the largest sum of peak (average) segment bit rates of any playable combination of Renditions".
      const sum = (rate: (rendition: HlsRendition) => number): number =>
        rate(renditionOf(uri)) + Math.max(0, ...audio.map((member) => rate(renditionOf(member.uri))));
      expect(bandwidth - sum(peakBitrate)).toBeGreaterThanOrEqual(0);
      expect(bandwidth - sum(peakBitrate)).toBeLessThan(ROUNDED_UP);
      expect((averageBandwidth ?? 0) - sum(averageBitrate)).toBeGreaterThanOrEqual(0);
      expect((averageBandwidth ?? 0) - sum(averageBitrate)).toBeLessThan(ROUNDED_UP);
    }
  });

  test('CODECS, RESOLUTION and FRAME-RATE match the init segment and the samples', () => {
    for (const { uri, audio, codecs = '', resolution, frameRate } of hls.variants) {
      const { bytes } = renditionOf(uri);
      const group = audio.map((member) => renditionOf(member.uri).bytes.codec);
      expect(codecs.split(',').toSorted()).toEqual([...new Set([bytes.codec, ...group])].toSorted());
      expect(resolution).toMatchObject({ width: bytes.video?.width, height: bytes.video?.height });
      expect(bytes.video?.pixelAspect).toBe('1:1');
      const samples = bytes.fragments.reduce((count, { sampleCount }) => count + sampleCount, 0);
      const seconds = bytes.fragments.reduce((total, { durationSeconds }) => total + durationSeconds, 0);
      // 4.3.4.2: rounded to three decimals.
      expect(frameRate).toBe(Math.round((samples / seconds) * 1000) / 1000);
    }
  });

  test('the two smallest renditions have an I-frame playlist, each frame with its header, span and bit rate', () => {
    const sizeOf = (uri: string): number => renditionOf(uri).bytes.video?.height ?? 0;
    const regular = [...new Map(hls.variants.map((variant) => [fileNameOf(variant.uri), variant])).values()]
      .toSorted((a, b) => sizeOf(a.uri) - sizeOf(b.uri));
    expect(hls.keyFrameVariants.map(({ resolution }) => resolution?.height).toSorted((a = 0, b = 0) => a - b))
      .toEqual(regular.slice(0, 2).map(({ resolution }) => resolution?.height));
    for (const { uri, codecs, resolution, bandwidth, averageBandwidth = 0 } of hls.keyFrameVariants) {
      const rendition = hls.keyFrames.get(fileNameOf(uri));
      if (rendition === undefined) throw new Error(`${uri} was not read.`);
      const { playlist, bytes } = rendition;
      expect({ codecs, resolution }).toMatchObject({ codecs: bytes.codec, resolution: { width: bytes.video?.width, height: bytes.video?.height } });
      expect(playlist).toMatchObject({ isIFrame: true, endlist: true, playlistType: 'VOD' });
      // 4.3.3.6: a segment is one key frame, and lasts until the next one.
      expect(playlist.segments.map(({ byterange }) => byterange)).toEqual(
        bytes.fragments.map(({ offset, firstSampleEnd }) => ({ offset, length: firstSampleEnd - offset })),
      );
      for (const [position, { duration, map }] of playlist.segments.entries()) {
        const { startsWithSyncSample, startSeconds = 0, durationSeconds = 0 } = bytes.fragments[position] ?? {};
        expect(startsWithSyncSample).toBe(true);
        const next = bytes.fragments[position + 1]?.startSeconds ?? startSeconds + durationSeconds;
        expect(Math.abs(duration - (next - startSeconds))).toBeLessThan(0.001);
        expect(Math.round(duration)).toBeLessThanOrEqual(playlist.targetDuration);
        expect(map.byterange).toEqual({ offset: 0, length: bytes.initSize });
      }
      expect(Math.abs(bandwidth - peakBitrate(rendition))).toBeLessThan(ROUNDED_UP);
      expect(Math.abs(averageBandwidth - averageBitrate(rendition))).toBeLessThan(ROUNDED_UP);
    }
  });

  test('playback begins with the variant nearest to 2 Mbit/s and its highest-bitrate audio', () => {
    const [first] = hls.variants;
    const groupOf = ({ audio }: types.Variant): string | undefined => audio[0]?.groupId;
    const distance = (rate = 0): number => Math.abs(rate - 2_000_000);
    for (const { averageBandwidth } of hls.variants.filter((other) => first && groupOf(other) === groupOf(first)))
      expect(distance(first?.averageBandwidth)).toBeLessThanOrEqual(distance(averageBandwidth));
    const mostChannels = (variant: types.Variant | undefined): number => Math.max(0, ...(variant?.audio ?? []).map(({ channels }) => Number(channels)));
    expect(mostChannels(first)).toBe(Math.max(...hls.variants.map(mostChannels)));
  });

  test('every audio rendition states a language and its channels', () => {
    const audio = hls.variants.flatMap(({ audio: members }) => members);
    expect(audio.length).toBeGreaterThan(0);
    for (const { language, channels } of audio) expect([language, channels]).toEqual([expect.any(String), expect.any(String)]);
  });

  test('every audio group has one default, unique names and the channels of its bytes', () => {
    const groups = new Map(
      hls.variants.flatMap(({ audio }) => audio.map(({ groupId }) => [groupId, audio])),
    );
    expect(groups.size).toBeGreaterThan(0);
    for (const members of groups.values()) {
      // 4.3.4.1.1 Rendition Groups.
      expect(new Set(members.map(({ name }) => name)).size).toBe(members.length);
      expect(members.filter(({ isDefault }) => isDefault)).toHaveLength(1);
      for (const member of members) {
        const { audio } = renditionOf(member.uri).bytes;
        expect(member.channels).toBe(String(audio?.channels));
        // 4.3.4.1: a default rendition must be autoselectable.
        expect([member.isDefault, member.autoselect]).not.toEqual([true, false]);
      }
      // "Each Group of the same TYPE MUST have the same set of members", alike but for URI and CHANNELS.
      const alike = members.map(({ name, language, isDefault, autoselect }) => ({
        name,
        language,
        isDefault,
        autoselect,
      }));
      const [first = []] = groups.values();
      expect(alike).toEqual(
        first.map(({ name, language, isDefault, autoselect }) => ({ name, language, isDefault, autoselect })),
      );
    }
  });
});

/** Video and audio rates are each rounded up to a whole bit. */
const ROUNDED_UP = 2;

type Sized = Pick<types.Segment, 'duration' | 'byterange'>;

function rateOf(segments: readonly Sized[]): number {
  return (8 * segments.reduce((sum, { byterange }) => sum + byterange.length, 0)) / durationOf(segments);
}

function durationOf(segments: readonly Sized[]): number {
  return segments.reduce((sum, { duration }) => sum + duration, 0);
}

function averageBitrate({ playlist }: HlsRendition): number {
  return rateOf(playlist.segments);
}

/** 4.1: "the largest bit rate of any continuous set of segments whose total duration is between 0.5 and 1.5 times the target duration". */
function peakBitrate({ playlist: { segments, targetDuration } }: HlsRendition): number {
  const runs = segments.flatMap((_, from) =>
    segments.slice(from).map((__, count) => segments.slice(from, from + count + 1)),
  );
  const counted = runs.filter(
    (run) => durationOf(run) >= 0.5 * targetDuration && durationOf(run) <= 1.5 * targetDuration,
  );
  return Math.max(...counted.map(rateOf));
}
