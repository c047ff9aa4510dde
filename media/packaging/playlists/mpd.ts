import { peakSegmentBitrate } from '../../bitrate.ts';
import { isoDuration } from '../../dash/mpd.ts';
import { rational } from '../../rational.ts';
import { writeElement } from '../../xml/write-xml.ts';
import type { IndexedTrack, SourceIndex } from '../index/source-index.ts';
import { segmentTimes } from '../segments/segment-samples.ts';
import { type SegmentSpan } from './clip.ts';
import { codecsParameter } from './codecs-parameter.ts';
import { type Film, type ListedFilm, openListedFilm, type PlaylistOptions } from './film.ts';
import { type ListedSegment, type ListedStream, listStream } from './listed-stream.ts';
import { writeStreamName } from './stream-address.ts';
import { audioNames, languageTag } from './track-language.ts';
import { meanFrameRate } from './video-properties.ts';

/**
 * Writes the manifest of a film: ISO/IEC 23009-1:2022, ISO base media file format live profile (8.4), static, with the exact time of
 * each segment. It lists the same fragments as HLS: the leading video and the sound tracks, in one period for each piece.
 *
 * @throws PackagingError `bad_clip`, `no_tracks`, `unplayable_sound`
 */
export function writeFilmMpd(index: SourceIndex, options: PlaylistOptions = {}): string {
  const film = openListedFilm(index, options);
  let startSeconds = 0;
  const [periods, waits]: [string[], number[]] = [[], []];
  for (const [at, span] of film.spans.entries()) {
    const piece = pieceOf(film, span);
    const { sets, minBufferSeconds } = writeSets(film, piece);
    waits.push(minBufferSeconds);
    const times = { start: isoDuration(startSeconds), duration: isoDuration(piece.endSeconds - piece.startSeconds) };
    periods.push(writeElement('Period', { id: at + 1, ...times }, sets));
    startSeconds += piece.endSeconds - piece.startSeconds;
  }
  const attributes = {
    xmlns: 'urn:mpeg:dash:schema:mpd:2011',
    profiles: 'urn:mpeg:dash:profile:isoff-live:2011',
    type: 'static',
    mediaPresentationDuration: isoDuration(startSeconds),
    minBufferTime: isoDuration(Math.ceil(Math.max(...waits) * 1000) / 1000),
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement('MPD', attributes, periods)}\n`;
}

/** A piece of the film on the film's own timeline. */
interface FilmPiece {
  readonly span: SegmentSpan;
  /** Start of the first key frame; 0 at the start of the film, where sound may come before the picture. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

function pieceOf({ index, plan }: Film, span: SegmentSpan): FilmPiece {
  const startSeconds = span.first === 0 ? 0 : segmentTimes(index, plan, span.first).startSeconds;
  return { span, startSeconds, endSeconds: segmentTimes(index, plan, span.end - 1).endSeconds };
}

function writeSets(film: ListedFilm, piece: FilmPiece): { readonly sets: readonly string[]; readonly minBufferSeconds: number } {
  const { index, lead } = film;
  const sound = film.sound.map((position) => index.tracks[position]).filter((track) => track !== undefined);
  const listed = lead.kind === 'video' ? [lead, ...sound] : sound;
  const labels = audioNames(sound.map(({ language }) => language));
  let minBufferSeconds = 0;
  const sets = listed.flatMap((track) => {
    const stream = listStream({ ...film, spans: [piece.span] }, { container: 'fmp4', tracks: [index.tracks.indexOf(track)] });
    if (!stream.segments.some(({ hasSamples }) => hasSamples)) return [];
    const bitrateBps = peakSegmentBitrate(stream.segments, film.targetSeconds);
    minBufferSeconds = Math.max(minBufferSeconds, bufferSeconds(stream.segments, bitrateBps));
    const number = sound.indexOf(track);
    return [writeSet({ film, piece, track, stream, bitrateBps, label: labels[number], isMain: number <= 0 })];
  });
  return { sets, minBufferSeconds };
}

/**
 * Returns how long a player must load at a bit rate before it plays, so that every segment arrives in time, wherever playback starts:
 * ISO/IEC 23009-1:2022, 5.3.5.4, `bandwidth` and `minBufferTime`.
 */
function bufferSeconds(segments: readonly ListedSegment[], bitrateBps: number): number {
  let [lag, longest] = [0, 0];
  for (const { size, durationSeconds } of segments) {
    const seconds = (8 * size) / bitrateBps;
    longest = Math.max(longest, lag + seconds);
    lag = Math.max(0, lag + seconds - durationSeconds);
  }
  return longest;
}

interface WrittenSet {
  readonly film: Film;
  readonly piece: FilmPiece;
  readonly track: IndexedTrack;
  readonly stream: ListedStream;
  readonly bitrateBps: number;
  readonly label: string | undefined;
  readonly isMain: boolean;
}

/** SAP types: ISO/IEC 14496-12:2022, Annex I. Pictures shown before the key frame of their segment may need those before it. */
const [CLOSED, OPEN] = [1, 3];

function writeSet({ film, piece, track, stream, bitrateBps, label, isMain }: WrittenSet): string {
  const { video, audio } = track;
  const attributes = {
    id: film.index.tracks.indexOf(track) + 1,
    contentType: track.kind,
    mimeType: `${track.kind}/mp4`,
    lang: video === undefined ? languageTag(track.language) : undefined,
    segmentAlignment: 'true',
    startWithSAP: stream.areIndependent ? CLOSED : OPEN,
  };
  const own = { id: writeStreamName(stream.name), bandwidth: bitrateBps, codecs: codecsParameter(track, 'fmp4') };
  const properties = video === undefined ? { audioSamplingRate: audio?.sampleRate } : pictureAttributes(track);
  return writeElement('AdaptationSet', attributes, [
    ...(label === undefined ? [] : [writeElement('Label', {}, label)]),
    writeElement('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value: isMain ? 'main' : 'alternate' }),
    writeElement('Representation', { ...own, ...properties }, [
      ...channelConfiguration(audio?.channels),
      writeTemplate(track, stream, piece),
    ]),
  ]);
}

/** The size is that of the stored picture, not rotated, on its own pixels: ISO/IEC 23009-1:2022, 5.3.7.2, `width` and `sar`. */
function pictureAttributes(track: IndexedTrack): Record<string, string | number | undefined> {
  const { width, height, pixelAspect = { horizontal: 1, vertical: 1 } } = track.video ?? {};
  const rate = meanFrameRate(track);
  const sar = rational(pixelAspect.horizontal, pixelAspect.vertical);
  const frameRate = rate === undefined || rate.denominator === 1 ? rate?.numerator : `${rate.numerator}/${rate.denominator}`;
  return { width, height, frameRate, sar: `${sar.numerator}:${sar.denominator}` };
}

/** Values of `ChannelConfiguration` by number of channels: ISO/IEC 23003-3, Table 68. */
const CONFIGURATIONS: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 8: 7 };

function channelConfiguration(channels: number | undefined): readonly string[] {
  const value = channels === undefined ? undefined : CONFIGURATIONS[channels];
  const schemeIdUri = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011';
  return value === undefined ? [] : [writeElement('AudioChannelConfiguration', { schemeIdUri, value })];
}

/** Writes ISO/IEC 23009-1:2022, 5.3.9.4 and 5.3.9.6. */
function writeTemplate({ timescale }: IndexedTrack, { segments }: ListedStream, { startSeconds }: FilmPiece): string {
  const attributes = {
    timescale,
    presentationTimeOffset: startSeconds === 0 ? undefined : Math.round(startSeconds * timescale),
    startNumber: segments[0]?.number,
    initialization: '$RepresentationID$_init.mp4',
    media: '$RepresentationID$_$Number$.m4s',
  };
  return writeElement('SegmentTemplate', attributes, [writeElement('SegmentTimeline', {}, writeTimeline(segments))]);
}

/** Writes one element for each run of segments of equal duration. */
function writeTimeline(segments: readonly ListedSegment[]): readonly string[] {
  const elements: string[] = [];
  for (let first = 0; first < segments.length; ) {
    const { startTicks, durationTicks } = segments[first] ?? { startTicks: 0, durationTicks: 0 };
    let end = first + 1;
    while (segments[end]?.durationTicks === durationTicks) end += 1;
    const repeated = end - first - 1;
    const t = first === 0 ? startTicks : undefined;
    elements.push(writeElement('S', { t, d: durationTicks, r: repeated === 0 ? undefined : repeated }));
    first = end;
  }
  return elements;
}
