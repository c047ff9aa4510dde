import { requestPlayback } from '../../local/cli/play.ts';
import { waitForFootage } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import {
  childrenOf,
  type DashPresentation,
  type DashRendition,
  type MpdElement,
  readDash,
} from '../support/playback/dash-presentation.ts';
import { fileNameOf, type HlsPresentation, readHls } from '../support/playback/hls-presentation.ts';
import { startMicroseconds, measureSegments } from '../support/playback/segment-bytes.ts';
import { waitForTwoLanguages } from '../support/playback/two-languages.ts';
import type { FragmentBytes } from '../support/playback/track-bytes.ts';

/** Clauses without a document are those of ISO/IEC 23009-1:2022. */

const videos = { 'Big Buck Bunny': waitForFootage, 'two languages, one in 5.1': waitForTwoLanguages };

describe.each(Object.entries(videos))('MPD of %s, which mpd-parser accepts without warnings', (_, isReady) => {
  let dash: DashPresentation;
  let hls: HlsPresentation;
  let period: MpdElement;
  let sets: readonly MpdElement[];
  beforeAll(async () => {
    const cloud = sharedCloud();
    const { videoId } = await isReady(cloud);
    const { dashUrl, hlsUrl } = await requestPlayback(cloud.running, videoId);
    [dash, hls] = await Promise.all([readDash(dashUrl), readHls(hlsUrl)]);
    [period = NOTHING] = childrenOf(dash.root, 'Period');
    sets = childrenOf(period, 'AdaptationSet');
  });

  const bytesOf = (representation: MpdElement): DashRendition => {
    const rendition = dash.renditions.get(representation.attributes['id'] ?? '');
    if (rendition === undefined)
      throw new Error(`The presentation has no rendition ${representation.attributes['id']}.`);
    return rendition;
  };
  const setsOf = (contentType: string): readonly MpdElement[] =>
    sets.filter(({ attributes }) => attributes['contentType'] === contentType);

  test('elements follow the order of the schema', () => {
    const check = (element: MpdElement): void => {
      const order = CHILDREN[element.name] ?? [];
      const positions = element.children.map(({ name }) => order.indexOf(name));
      expect([element.name, positions]).toEqual([element.name, positions.toSorted((a, b) => a - b)]);
      expect(positions).not.toContain(-1);
      element.children.forEach(check);
    };
    check(dash.root);
  });

  test('presentation and period have the duration of the longest rendition', () => {
    const ends = [...dash.renditions.values()].map(({ bytes: { fragments } }) => {
      const last = fragments.at(-1);
      return (last?.startSeconds ?? 0) + (last?.durationSeconds ?? 0);
    });
    // 5.3.1.2 and 5.3.2.2
    expect(dash.root.attributes).toMatchObject({
      type: 'static',
      profiles: 'urn:mpeg:dash:profile:isoff-on-demand:2011',
    });
    expect(Math.abs(dash.durationSeconds - Math.max(...ends))).toBeLessThan(0.001);
    expect(period.attributes['duration']).toBe(dash.root.attributes['mediaPresentationDuration']);
    expect(period.attributes['start']).toBe('PT0S');
  });

  test('the init segment is ftyp and moov, and the index range is the sidx box', () => {
    for (const { attributes, sidx, bytes } of dash.renditions.values()) {
      // 6.3.4.3 and 5.3.9.2.2: a self-initializing segment with its index.
      expect(sidx.map.byterange).toEqual({ offset: 0, length: bytes.initSize });
      expect(sidx.byterange).toEqual({ offset: bytes.index.offset, length: bytes.index.size });
      expect(attributes['timescale']).toBe(bytes.index.timescale);
    }
  });

  test('the index matches the fragments in size and time, and every segment starts with a sync sample', () => {
    for (const { segments, bytes } of dash.renditions.values()) {
      const ranges = segments.map(({ byterange }) => byterange);
      const measured = measureSegments(bytes, ranges);
      expect(measured.map(({ size }) => size)).toEqual(ranges.map(({ length }) => length));
      expect((ranges.at(-1)?.offset ?? 0) + (ranges.at(-1)?.length ?? 0)).toBe(bytes.size);
      // ISO/IEC 14496-12:2022, 8.16.3: times are presentation times, with edit lists applied.
      expect(bytes.index.startSeconds).toBeCloseTo(measured[0]?.earliestSeconds ?? NaN, 6);
      for (const [position, segment] of measured.entries()) {
        const { ticks = 0, sapType } = bytes.index.references[position] ?? {};
        expect(ticks / bytes.index.timescale).toBeCloseTo(segment.durationSeconds, 6);
        // A stream access point of type 1 needs no earlier sample, and no later sample is presented before it.
        expect(sapType).toBe(1);
        expect(segment.startsWithSyncSample).toBe(true);
        expect(segment.earliestSeconds).toBe(segment.startSeconds);
      }
    }
  });

  test('HLS and DASH have the same segments', () => {
    for (const [id, { segments }] of dash.renditions) {
      const playlist = hls.renditions.get(`index_${id}.m3u8`)?.playlist;
      expect(segments.map(({ byterange }) => byterange)).toEqual(playlist?.segments.map(({ byterange }) => byterange));
    }
  });

  test('a representation plays from any segment without stalling at its bandwidth', () => {
    const minBufferSeconds = Number(/^PT([\d.]+)S$/.exec(dash.root.attributes['minBufferTime'] ?? '')?.[1]);
    for (const { attributes, bytes, segments } of dash.renditions.values()) {
      const measured = measureSegments(bytes, segments.map(({ byterange }) => byterange));
      const bandwidth = Number(attributes['bandwidth']);
      expect(requiredBandwidth(measured, minBufferSeconds)).toBeLessThanOrEqual(bandwidth);
      // The bandwidth comes from the bytes, not from the encoder's settings.
      const rates = measured.map(({ size, durationSeconds }) => (8 * size) / durationSeconds);
      expect(bandwidth).toBeLessThanOrEqual(Math.ceil(Math.max(...rates)));
    }
  });

  test('video is one adaptation set with aligned segments and attributes that match the bytes', () => {
    const [set = NOTHING, ...others] = setsOf('video');
    expect(others).toEqual([]);
    const representations = childrenOf(set, 'Representation');
    const largest = (name: string): string =>
      String(Math.max(...representations.map(({ attributes }) => Number(attributes[name]))));
    expect(set.attributes).toMatchObject({
      mimeType: 'video/mp4',
      subsegmentAlignment: 'true',
      subsegmentStartsWithSAP: '1',
      maxWidth: largest('width'),
      maxHeight: largest('height'),
    });
    const starts = representations.map((representation) => {
      const { bytes, segments } = bytesOf(representation);
      return startMicroseconds(measureSegments(bytes, segments.map(({ byterange }) => byterange)));
    });
    // 5.3.3.2 @subsegmentAlignment
    for (const other of starts) expect(other).toEqual(starts[0]);
    for (const representation of representations) {
      const { video, codec, fragments } = bytesOf(representation).bytes;
      const { attributes } = representation;
      expect(attributes).toMatchObject({
        codecs: codec,
        width: String(video?.width),
        height: String(video?.height),
        sar: video?.pixelAspect,
      });
      const [frames = NaN, seconds = 1] = (attributes['frameRate'] ?? '').split('/').map(Number);
      const count = sumOf(fragments, ({ sampleCount }) => sampleCount);
      expect(frames / seconds).toBeCloseTo(count / sumOf(fragments, ({ durationSeconds }) => durationSeconds), 6);
    }
  });

  test('each audio track is an adaptation set with the language, name and channels of HLS', () => {
    const named = hls.variants.flatMap(({ audio }) => audio);
    for (const set of setsOf('audio')) {
      const [representation = NOTHING] = childrenOf(set, 'Representation');
      const { bytes } = bytesOf(representation);
      const inHls = named.find(({ uri }) => fileNameOf(uri ?? '') === `index_${representation.attributes['id']}.m3u8`);
      expect(set.attributes).toMatchObject({
        mimeType: 'audio/mp4',
        subsegmentAlignment: 'true',
        subsegmentStartsWithSAP: '1',
      });
      expect(set.attributes['lang']).toBe(inHls?.language);
      // HLS wants one name for a track in every layout; labels tell stereo from 5.1.
      const layout = bytes.audio?.channels === 6 ? ' 5.1' : '';
      expect(childrenOf(set, 'Label').map(({ text }) => text)).toEqual([`${inHls?.name}${layout}`]);
      expect(childrenOf(set, 'Role')).toMatchObject([
        { attributes: { value: inHls?.isDefault === true ? 'main' : 'alternate' } },
      ]);
      expect(representation.attributes).toMatchObject({
        codecs: bytes.codec,
        audioSamplingRate: String(bytes.audio?.sampleRate),
      });
      // 5.8.5.4 and ISO/IEC 23003-3: the value is the channel configuration.
      expect(childrenOf(representation, 'AudioChannelConfiguration')).toMatchObject([
        { attributes: { value: String(bytes.audio?.channels) } },
      ]);
    }
    expect(setsOf('audio').length + childrenOf(setsOf('video')[0] ?? NOTHING, 'Representation').length).toBe(
      dash.renditions.size,
    );
  });

  test('each audio track is listed once, with a unique label', () => {
    const labels = setsOf('audio').flatMap((set) => childrenOf(set, 'Label').map(({ text }) => text));
    expect(new Set(labels).size).toBe(setsOf('audio').length);
  });

  test('every thumbnail image of the template exists', () => {
    expect(dash.images.length).toBeGreaterThan(0);
    for (const [position, image] of dash.images.entries()) {
      expect(image).toBe(`index_thumbnails_${String(position + 1).padStart(5, '0')}.jpg 200 image/jpeg`);
    }
  });
});

const NOTHING: MpdElement = { name: '', attributes: {}, children: [], text: '' };

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

/**
 * Returns the minimum bandwidth by 5.3.5.2 @bandwidth: at that bit rate, playback from any segment that starts after
 * `minBufferTime` never stalls. A segment counts as needed in full when it starts, although its last samples are not.
 */
function requiredBandwidth(segments: readonly FragmentBytes[], minBufferSeconds: number): number {
  const needed = segments.flatMap((_, from) => {
    let [bits, seconds] = [0, minBufferSeconds];
    return segments.slice(from).map(({ size, durationSeconds }) => {
      bits += 8 * size;
      const rate = bits / seconds;
      seconds += durationSeconds;
      return rate;
    });
  });
  return Math.max(...needed);
}

/** Annex B: sequences of the schema that the manifest uses. */
const DESCRIBED = ['AudioChannelConfiguration', 'EssentialProperty', 'SupplementalProperty', 'Label'];
const ADDRESSED = ['BaseURL', 'SegmentBase', 'SegmentTemplate'];
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  MPD: ['BaseURL', 'Period'],
  Period: ['AdaptationSet'],
  AdaptationSet: [...DESCRIBED, 'Role', ...ADDRESSED, 'Representation'],
  Representation: [...DESCRIBED, ...ADDRESSED],
  SegmentBase: ['Initialization'],
};
