import { jobSettings } from '../../../lambdas/transcode/job-settings.ts';
import { planLadder } from '../../../media/ladder/plan-ladder.ts';
import type { SourceVideo } from '../../../media/ladder/source-video.ts';

const source: SourceVideo = {
  width: 640,
  height: 360,
  frameRate: { numerator: 30_000, denominator: 1001 },
  durationSeconds: 60,
  audioTracks: [{ channels: 2, language: 'eng' }],
};

const metadata = {
  deployment: 'SluicePipeline',
  videoId: '0197b1a0-0000-7000-8000-000000000001',
  revisionId: '0197b1a0-0000-7000-8000-000000000002',
  revision: '3',
  attemptId: 'abcdefgh12345678',
};

function settingsOf(video: Partial<SourceVideo> = {}, key = 'any/key 한글 100%+.mp4') {
  return jobSettings({
    ladder: planLadder({ ...source, ...video }, { maxShortSide: 1080 }),
    source: { bucket: 'uploads', key },
    outputBucket: 'videos',
    queueArn: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/q',
    roleArn: 'arn:aws:iam::000000000000:role/encoder',
    metadata,
  });
}

function inputOf(video: Partial<SourceVideo> = {}) {
  return settingsOf(video).Settings?.Inputs?.[0];
}

function outputsOf(video: Partial<SourceVideo> = {}) {
  return settingsOf(video).Settings?.OutputGroups?.flatMap(({ Outputs }) => Outputs ?? []) ?? [];
}

test('sets queue, role, metadata and destination of the request', () => {
  expect(settingsOf()).toMatchObject({
    ClientRequestToken: 'abcdefgh12345678',
    Queue: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/q',
    Role: 'arn:aws:iam::000000000000:role/encoder',
    UserMetadata: metadata,
    AccelerationSettings: { Mode: 'DISABLED' },
    Settings: {
      TimecodeConfig: { Source: 'ZEROBASED' },
      Inputs: [{ FileInput: 's3://uploads/any/key 한글 100%+.mp4', TimecodeSource: 'ZEROBASED' }],
    },
  });
});

/** Returns all texts within a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test.each(['http://10.0.0.1/a.mp4', 'https://10.0.0.1/a.m3u8', '//10.0.0.1/a', '../x', 'a?b=http://c', '@10.0.0.1/', 's3://x/y'])(
  'names no input but the object of the key %s, and no address but those of both buckets',
  (key) => {
    const settings = settingsOf({}, key);
    expect(settings.Settings?.Inputs?.map(({ FileInput }) => FileInput)).toEqual([`s3://uploads/${key}`]);
    const addresses = textsIn(settings).filter((text) => /^[a-z][a-z\d+.-]*:\/\//i.test(text));
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) expect(address).toMatch(/^s3:\/\/(?:uploads|videos)\//);
  },
);

test('requests single-file CMAF with both manifests, a storyboard and poster frames', () => {
  const prefix = 's3://videos/v/0197b1a0-0000-7000-8000-000000000001/3/abcdefgh12345678/';
  expect(settingsOf().Settings?.OutputGroups?.map(({ OutputGroupSettings }) => OutputGroupSettings)).toMatchObject([
    {
      Type: 'CMAF_GROUP_SETTINGS',
      CmafGroupSettings: {
        Destination: `${prefix}index`,
        WriteHlsManifest: 'ENABLED',
        WriteDashManifest: 'ENABLED',
        SegmentControl: 'SINGLE_FILE',
        MpdProfile: 'ON_DEMAND_PROFILE',
        SegmentLength: 6,
        FragmentLength: 2,
        ImageBasedTrickPlay: 'ADVANCED',
        ImageBasedTrickPlaySettings: {
          IntervalCadence: 'FOLLOW_CUSTOM',
          ThumbnailInterval: 1.001,
          ThumbnailWidth: 240,
          TileWidth: 5,
        },
      },
    },
    { Type: 'FILE_GROUP_SETTINGS', FileGroupSettings: { Destination: `${prefix}frames/frame` } },
  ]);
  expect(
    outputsOf().map(({ NameModifier, ContainerSettings }) => [NameModifier, ContainerSettings?.Container]),
  ).toEqual([
    ['_360p', 'CMFC'],
    ['_240p', 'CMFC'],
    ['_audio_eng', 'CMFC'],
    [undefined, 'RAW'],
  ]);
});

test('encodes each video as quality-defined H.264 in square pixels at the planned rate with closed GOPs', () => {
  expect(outputsOf()[0]?.VideoDescription).toEqual({
    Width: 640,
    Height: 360,
    ScalingBehavior: 'STRETCH_TO_OUTPUT',
    CodecSettings: {
      Codec: 'H_264',
      H264Settings: {
        RateControlMode: 'QVBR',
        QvbrSettings: { QvbrQualityLevel: 7 },
        MaxBitrate: 700_000,
        QualityTuningLevel: 'SINGLE_PASS',
        SceneChangeDetect: 'TRANSITION_DETECTION',
        CodecProfile: 'HIGH',
        CodecLevel: 'AUTO',
        InterlaceMode: 'PROGRESSIVE',
        FramerateControl: 'SPECIFIED',
        FramerateConversionAlgorithm: 'DUPLICATE_DROP',
        FramerateNumerator: 30_000,
        FramerateDenominator: 1001,
        ParControl: 'SPECIFIED',
        ParNumerator: 1,
        ParDenominator: 1,
        GopSizeUnits: 'SECONDS',
        GopSize: 2,
        GopClosedCadence: 1,
      },
    },
  });
});

test('requests an I-frame playlist for the two smallest renditions', () => {
  const requested = outputsOf({ width: 1920, height: 1080 }).filter(({ VideoDescription }) => VideoDescription?.CodecSettings?.Codec === 'H_264')
    .map(({ NameModifier, ContainerSettings }) => [NameModifier, ContainerSettings?.CmfcSettings?.IFrameOnlyManifest]);
  expect(requested).toEqual([['_1080p', undefined], ['_720p', undefined], ['_480p', 'INCLUDE'], ['_360p', 'INCLUDE']]);
});

test.each([
  [176, 144, 'LEVEL_1_3'],
  [128, 96, 'LEVEL_1_3'],
  [320, 180, 'AUTO'],
])('sets the level of a video of %dx%d to one that browsers accept', (width, height, level) => {
  const levels = outputsOf({ width, height }).map(({ VideoDescription }) => VideoDescription?.CodecSettings?.H264Settings?.CodecLevel);
  expect(levels[0]).toBe(level);
});

describe('audio', () => {
  test('selects a single track by default, never by its number', () => {
    expect(inputOf()?.AudioSelectors).toEqual({ 'Audio Selector 1': { DefaultSelection: 'DEFAULT' } });
  });

  test('has neither selector nor output for a silent video', () => {
    expect(inputOf({ audioTracks: [] })).not.toHaveProperty('AudioSelectors');
    expect(outputsOf({ audioTracks: [] }).filter(({ AudioDescriptions }) => AudioDescriptions)).toEqual([]);
    expect(outputsOf({ audioTracks: [] })[0]?.ContainerSettings).toEqual({ Container: 'CMFC', CmfcSettings: { IFrameOnlyManifest: 'INCLUDE' } });
  });

  test('distinguishes languages by name, label and code', () => {
    const tracks = [
      { channels: 2, language: 'eng' },
      { channels: 1, language: 'kor' },
      { channels: 2, language: 'eng' },
      { channels: 2 },
    ];
    const audio = outputsOf({ audioTracks: tracks }).filter(({ AudioDescriptions }) => AudioDescriptions);
    expect(audio.map(({ NameModifier }) => NameModifier)).toEqual(['_audio_eng', '_audio_kor', '_audio_eng_2', '_audio_und']);
    expect(audio.map(({ AudioDescriptions: [description] = [] }) => [description?.StreamName, description?.CustomLanguageCode])).toEqual([
      ['English', 'en'],
      ['Korean', 'ko'],
      ['English 2', 'en'],
      ['Audio', undefined],
    ]);
    expect(Object.values(inputOf({ audioTracks: tracks })?.AudioSelectors ?? {}).map(({ Tracks }) => Tracks)).toEqual([
      [1],
      [2],
      [3],
      [4],
    ]);
    expect(audio[1]?.AudioDescriptions?.[0]?.RemixSettings).toMatchObject({ ChannelsIn: 1, ChannelsOut: 2 });
  });

  test('makes one output the default, however many groups there are', () => {
    const audioTracks = [{ channels: 6, language: 'fra' }, { channels: 2, language: 'eng' }];
    const types = outputsOf({ audioTracks }).flatMap(({ ContainerSettings }) => ContainerSettings?.CmfcSettings?.AudioTrackType ?? []);
    expect(types).toEqual(['ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT', ...Array.from({ length: 3 }, () => 'ALTERNATE_AUDIO_AUTO_SELECT')]);
  });

  test('puts 5.1 into a second group that every video names', () => {
    const outputs = outputsOf({ audioTracks: [{ channels: 6, language: 'fra' }] });
    expect(outputs[0]?.ContainerSettings?.CmfcSettings?.AudioRenditionSets).toBe('audio,surround');
    expect(
      outputs.flatMap(({ NameModifier, ContainerSettings, AudioDescriptions }) =>
        AudioDescriptions === undefined
          ? []
          : [
              [
                NameModifier,
                ContainerSettings?.CmfcSettings?.AudioGroupId,
                AudioDescriptions[0]?.CodecSettings?.AacSettings?.CodingMode,
              ],
            ],
      ),
    ).toEqual([
      ['_audio_fra', 'audio', 'CODING_MODE_2_0'],
      ['_audio_fra_2', 'surround', 'CODING_MODE_5_1'],
    ]);
  });
});

describe('costly features', () => {
  const preprocessorsOf = (video: Partial<SourceVideo>) =>
    outputsOf(video).flatMap(({ VideoDescription }) => VideoDescription?.VideoPreprocessors ?? []);

  test('are not used for a plain source', () => expect(preprocessorsOf({})).toEqual([]));

  test('include deinterlacing for an interlaced source, in every video', () => {
    expect(preprocessorsOf({ interlaced: true })).toEqual(
      Array.from({ length: 3 }, () => ({
        Deinterlacer: { Mode: 'DEINTERLACE', Algorithm: 'INTERPOLATE', Control: 'NORMAL' },
      })),
    );
  });

  test('include conversion to Rec. 709 for high dynamic range', () => {
    expect(preprocessorsOf({ transferCharacteristics: 'SMPTE_2084' })).toEqual(
      Array.from({ length: 3 }, () => ({
        ColorCorrector: {
          ColorSpaceConversion: 'FORCE_709',
          SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE',
          HdrToSdrToneMapper: 'PRESERVE_DETAILS',
        },
      })),
    );
  });

  test('include conversion to Rec. 709 in limited range for full range', () => {
    expect(preprocessorsOf({ fullRange: true })[0]).toEqual({
      ColorCorrector: { ColorSpaceConversion: 'FORCE_709', SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE' },
    });
  });
});

test.each([
  [0, false, 'DEGREE_0'],
  [90, true, 'AUTO'],
  [180, false, 'DEGREES_180'],
  [270, false, 'DEGREES_270'],
] as const)('rotates a video by %s degrees; whether the encoder reads them from the file: %s', (rotation, automaticRotation, rotate) => {
  expect(inputOf({ rotation, automaticRotation })?.VideoSelector).toMatchObject({ Rotate: rotate });
});

test('pads video and audio to the length of the longest', () => {
  expect(inputOf()?.VideoSelector?.PadVideo).toBe('BLACK');
  const inGroup = outputsOf().filter(({ ContainerSettings }) => ContainerSettings?.Container === 'CMFC');
  expect(inGroup).toHaveLength(3);
  for (const { ContainerSettings } of inGroup)
    expect(ContainerSettings?.CmfcSettings?.AudioDuration).toBe('MATCH_VIDEO_DURATION');
});

test('pads nothing without audio', () => {
  expect(inputOf({ audioTracks: [] })?.VideoSelector).not.toHaveProperty('PadVideo');
});

test.each([
  [360, 'REC_601'],
  [720, 'REC_709'],
] as const)('takes a video of %s lines without labels to be of the color space %s', (height, colorSpace) => {
  expect(inputOf({ height })?.VideoSelector).toMatchObject({ ColorSpace: colorSpace, ColorSpaceUsage: 'FALLBACK' });
});

test.each([
  [false, 'STRETCH_TO_OUTPUT'],
  [true, 'DEFAULT'],
])('where the picture changes (%s), lets every output scale by %s', (pictureChanges, behavior) => {
  const scaling = outputsOf({ pictureChanges }).flatMap(({ VideoDescription }) => VideoDescription?.ScalingBehavior ?? []);
  expect(scaling).toEqual([behavior, behavior, behavior]);
});
