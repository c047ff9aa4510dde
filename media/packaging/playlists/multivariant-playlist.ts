import { averageBitrate, peakSegmentBitrate } from '../../bitrate.ts';
import { type AudioMedia, type Variant, writeMultivariantPlaylist } from '../../hls/multivariant-playlist.ts';
import type { IndexedTrack, SourceIndex } from '../index/source-index.ts';
import { trackStreamOf } from '../mpegts/elementary-stream.ts';
import { PackagingError } from '../packaging-error.ts';
import { type Clip, writeClip } from './clip.ts';
import { codecsParameter } from './codecs-parameter.ts';
import { type ListedFilm, openListedFilm } from './film.ts';
import { type ListedStream, listStream } from './listed-stream.ts';
import { FMP4_VERSION, type HlsOptions } from './media-playlist.ts';
import { type Container, type StreamName, writeStreamAddress } from './stream-address.ts';
import { audioNames, languageTag } from './track-language.ts';
import { displayResolution, peakFrameRate, videoRange } from './video-properties.ts';

/**
 * Writes the multivariant playlist of a film: RFC 8216, 4.3.4. It lists the leading video and the sound tracks; further videos
 * are left out, since nothing says that they show the same.
 *
 * Sound of each codec is a group of its own, with a variant of its own: a player that lacks one codec would refuse a group with
 * both. RFC 8216, 4.3.4.1.1, wants the same members in each group, which a file with a language in one codec only cannot offer.
 *
 * Fragments have sound apart from the picture. In transport streams the first sound track of a group is muxed with the picture,
 * for players that know no groups.
 *
 * @throws PackagingError `not_in_mpeg_ts`, `no_tracks`, `unplayable_sound`, `bad_clip`
 */
export function writeFilmPlaylist(index: SourceIndex, container: Container, options: HlsOptions = {}): string {
  const film = openListedFilm(index, options);
  const groups = groupSound(film, container);
  const writer = new StreamLister(film, container, options.clip ?? []);
  const content = film.lead.kind === 'video' && container === 'fmp4' ? separate(writer, groups) : together(writer, groups);
  const version = container === 'fmp4' ? FMP4_VERSION : (options.tsVersion ?? 3);
  return writeMultivariantPlaylist({ ...content, keyFrames: [], images: [], version, areIndependent: writer.areIndependent });
}

/** Sound tracks of one codec, by their positions. */
type SoundGroup = readonly number[];

/** @throws PackagingError `not_in_mpeg_ts` if the film has sound and none of it has a place in a transport stream */
function groupSound({ index, sound }: ListedFilm, container: Container): readonly SoundGroup[] {
  const groups = new Map<string, number[]>();
  let refused: PackagingError | undefined;
  for (const position of sound) {
    const track = index.tracks[position];
    if (track === undefined) continue;
    try {
      if (container === 'ts') trackStreamOf(track);
      const codecs = codecsParameter(track, container);
      groups.set(codecs, [...(groups.get(codecs) ?? []), position]);
    } catch (error) {
      if (!(error instanceof PackagingError)) throw error;
      refused ??= error;
    }
  }
  if (groups.size === 0 && refused !== undefined) throw refused;
  return [...groups.values()];
}

interface Content {
  readonly audio: readonly AudioMedia[];
  readonly variants: readonly Variant[];
}

/** Lists a video with sound in playlists of their own. */
function separate(lister: StreamLister, groups: readonly SoundGroup[]): Content {
  return {
    audio: groups.flatMap((group, at) => lister.media(group, idOfGroup(at), 'own')),
    variants: [lister.variant([lister.leadPosition], groups.map((_, at) => idOfGroup(at)))],
  };
}

/** Lists sound that is part of the variants: muxed with a video, or without one. */
function together(lister: StreamLister, groups: readonly SoundGroup[]): Content {
  const hasGroups = groups.flat().length > 1 || lister.statesLanguage;
  const lead = lister.hasVideo ? [lister.leadPosition] : [];
  const variants = (groups.length > 0 ? groups : [[]]).map((group, at) =>
    lister.variant([...lead, ...group.slice(0, 1)], hasGroups ? [idOfGroup(at)] : []));
  return {
    audio: hasGroups ? groups.flatMap((group, at) => lister.media(group, idOfGroup(at), lister.hasVideo ? 'muxed' : 'alone')) : [],
    // Without a picture, a player loads one of the renditions, which the group counts.
    variants: hasGroups && !lister.hasVideo ? variants.map((variant) => ({ ...variant, peakBps: 0, averageBps: 0 })) : variants,
  };
}

function idOfGroup(at: number): string {
  return at === 0 ? 'audio' : `audio-${at + 1}`;
}

/** Describes streams, and notes whether the segments of all of them are independent. */
class StreamLister {
  areIndependent = true;
  readonly #film: ListedFilm;
  readonly #container: Container;
  readonly #query: string;

  constructor(film: ListedFilm, container: Container, clip: Clip) {
    this.#film = film;
    this.#container = container;
    const parameters = Object.entries(writeClip(clip)).map(([name, value]) => `${name}=${value}`);
    this.#query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  }

  get hasVideo(): boolean {
    return this.#film.lead.kind === 'video';
  }

  /** True if the language of any sound track is known. */
  get statesLanguage(): boolean {
    return this.#film.sound.some((position) => languageTag(this.#film.index.tracks[position]?.language ?? 'und') !== 'und');
  }

  get leadPosition(): number {
    return this.#film.index.tracks.indexOf(this.#film.lead);
  }

  variant(tracks: readonly number[], audioGroups: readonly string[]): Variant {
    const stream = this.#list(tracks);
    const [first] = stream.tracks;
    const video = first?.kind === 'video' ? first : undefined;
    const size = video && displayResolution(video);
    const frameRate = video && peakFrameRate(video);
    return {
      codec: stream.tracks.map((track) => codecsParameter(track, this.#container)).join(','),
      ...(size === undefined ? {} : size),
      ...(frameRate === undefined ? {} : { frameRate }),
      videoRange: video && videoRange(video),
      ...this.#rates(stream),
      audioGroups,
      uri: this.#address(stream.name),
    };
  }

  /** @param place whether the first track of the group has its `own` playlist, or is in that of the variant */
  media(group: SoundGroup, groupId: string, place: 'own' | 'muxed' | 'alone'): AudioMedia[] {
    const tracks = group.map((position) => this.#film.index.tracks[position]).filter((track) => track !== undefined);
    const names = audioNames(tracks.map(({ language }) => language));
    const first = this.#film.index.tracks[this.#film.sound[0] ?? 0];
    const preferred = Math.max(0, tracks.findIndex(({ language }) => language === first?.language));
    const isDefault = (at: number): boolean => at === (place === 'own' ? preferred : 0);
    return tracks.map((track, at) => {
      const isInVariant = place !== 'own' && at === 0;
      const stream = isInVariant && place === 'muxed' ? undefined : this.#list([group[at] ?? 0]);
      return {
        groupId,
        name: names[at] ?? '',
        language: languageTag(track.language),
        isDefault: isDefault(at),
        autoSelect: isDefault(at) || isFirstOfLanguage(tracks, at),
        channels: track.audio?.channels ?? 0,
        codec: codecsParameter(track, this.#container),
        ...(stream === undefined ? { peakBps: 0, averageBps: 0 } : this.#rates(stream)),
        uri: isInVariant || stream === undefined ? undefined : this.#address(stream.name),
      };
    });
  }

  #list(tracks: readonly number[]): ListedStream {
    const stream = listStream(this.#film, { container: this.#container, tracks });
    this.areIndependent &&= stream.areIndependent;
    return stream;
  }

  #rates({ segments }: ListedStream): { readonly peakBps: number; readonly averageBps: number } {
    return { peakBps: peakSegmentBitrate(segments, this.#film.targetSeconds), averageBps: averageBitrate(segments) };
  }

  #address(stream: StreamName): string {
    return `${writeStreamAddress({ kind: 'playlist', stream })}${this.#query}`;
  }
}

/** Players select by language: of several tracks of one, and of unknown ones, only a viewer selects. RFC 8216, 4.3.4.1. */
function isFirstOfLanguage(tracks: readonly IndexedTrack[], at: number): boolean {
  const language = tracks[at]?.language;
  return languageTag(language ?? '') !== 'und' && tracks.findIndex((track) => track.language === language) === at;
}
