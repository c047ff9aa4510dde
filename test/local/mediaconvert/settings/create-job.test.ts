import type { CreateJobCommandInput, H264Settings, JobSettings } from '@aws-sdk/client-mediaconvert';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => {
  encoder = await TestEncoder.start();
  // Keeps submitted jobs from being encoded.
  encoder.service.defineQueue({ name: 'Default', paused: true });
});
afterAll(() => encoder.end());

function request(): CreateJobCommandInput & { Settings: JobSettings } {
  const sent = encoder.request('any.mp4', { audioTracks: [{ channels: 2, language: 'eng' }] });
  return { ...sent, Settings: structuredClone(sent.Settings ?? {}) };
}

function submit(change: (sent: ReturnType<typeof request>) => void): Promise<string> {
  const sent = request();
  change(sent);
  return encoder.submit(sent).then(
    () => 'accepted',
    (error: Error) => `${error.name} ${error.message}`,
  );
}

function outputOf(sent: ReturnType<typeof request>, index: number) {
  return sent.Settings.OutputGroups?.[0]?.Outputs?.[index] ?? {};
}

function h264Of(sent: ReturnType<typeof request>): H264Settings {
  return outputOf(sent, 0).VideoDescription?.CodecSettings?.H264Settings ?? {};
}

function cmafOf(sent: ReturnType<typeof request>) {
  return sent.Settings.OutputGroups?.[0]?.OutputGroupSettings?.CmafGroupSettings ?? {};
}

const input = '/settings/inputs/0';
const group = '/settings/outputGroups/0';

test('accepts the job that the chain submits', async () => {
  expect(await submit(() => undefined)).toBe('accepted');
});

test('accepts the job that the chain submits for two languages in 5.1', async () => {
  const audioTracks = [{ channels: 6, language: 'eng' }, { channels: 8, language: 'kor' }];
  expect(await encoder.submit(encoder.request('any.mp4', { audioTracks }))).toMatch(/./);
});

test.each([
  ['two default audios of one group', 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT', 'Only one output of a group can be the default'],
  ['several audios of which one is not said to be the default or not', undefined, 'Is required for each of several audio outputs'],
] as const)('rejects %s', async (_name, type, message) => {
  const audioTracks = [{ channels: 2, language: 'eng' }, { channels: 2, language: 'kor' }];
  const sent = encoder.request('any.mp4', { audioTracks }, 'twice000');
  const outputs = sent.Settings?.OutputGroups?.[0]?.Outputs ?? [];
  const second = outputs.find(({ NameModifier }) => NameModifier === '_audio_kor');
  second!.ContainerSettings!.CmfcSettings!.AudioTrackType = type;
  await expect(encoder.submit(sent)).rejects.toMatchObject({ name: 'BadRequestException', message: expect.stringContaining(message) });
});

test.each<[string, (sent: ReturnType<typeof request>) => void, string]>([
  ['an unsupported setting', (sent) => (sent.Settings.AdAvailOffset = 5), '/settings: Unrecognized properties: adAvailOffset'],
  ['another codec', (sent) => (outputOf(sent, 0).VideoDescription = { ...outputOf(sent, 0).VideoDescription, CodecSettings: { Codec: 'H_265' } }), `${group}/outputs/0/videoDescription/codecSettings/codec`],
  ['an odd width', (sent) => (outputOf(sent, 0).VideoDescription = { ...outputOf(sent, 0).VideoDescription, Width: 641 }), 'Should be a multiple of 2'],
  ['QVBR without a ceiling', (sent) => delete h264Of(sent).MaxBitrate, `${group}/outputs/0/videoDescription/codecSettings/h264Settings/maxBitrate`],
  ['a quality beyond ten', (sent) => (h264Of(sent).QvbrSettings = { QvbrQualityLevel: 11 }), 'qvbrQualityLevel'],
  ['another rate control', (sent) => (h264Of(sent).RateControlMode = 'CBR'), 'rateControlMode'],
  ['no outputs', (sent) => (sent.Settings.OutputGroups = []), '/settings/outputGroups'],
  ['a bit rate that AAC does not have', (sent) => (outputOf(sent, 1).AudioDescriptions![0]!.CodecSettings!.AacSettings!.Bitrate = 100_000), 'aacSettings/bitrate'],
  ['a selector that the input does not have', (sent) => (outputOf(sent, 1).AudioDescriptions![0]!.AudioSourceName = 'Audio Selector 7'), 'audioSourceName'],
  ['two outputs of one name', (sent) => (outputOf(sent, 1).NameModifier = outputOf(sent, 0).NameModifier), `${group}/outputs/1/nameModifier`],
  ['a format identifier in a name', (sent) => (outputOf(sent, 0).NameModifier = '_$dt$'), 'nameModifier'],
  [
    'tiles larger than the image limit',
    (sent) => (cmafOf(sent).ImageBasedTrickPlaySettings!.TileWidth = 512),
    'larger than 4096',
  ],
  [
    'a thumbnail width not divisible by 8',
    (sent) => (cmafOf(sent).ImageBasedTrickPlaySettings!.ThumbnailWidth = 100),
    'Should be a multiple of 8',
  ],
  ['fragments that do not divide a segment', (sent) => (cmafOf(sent).FragmentLength = 4), 'fragmentLength'],
  ['segments in files of their own', (sent) => (cmafOf(sent).SegmentControl = 'SEGMENTED_FILES'), 'segmentControl'],
  [
    'a file over HTTP',
    (sent) => (sent.Settings.Inputs![0]!.FileInput = 'http://169.254.169.254/x.mp4'),
    `${input}/fileInput`,
  ],
  ['two inputs', (sent) => sent.Settings.Inputs!.push({ ...sent.Settings.Inputs![0] }), '/settings/inputs'],
  ['frame captures alone', (sent) => sent.Settings.OutputGroups!.shift(), 'needs a video output'],
  ['metadata with an ampersand', (sent) => (sent.UserMetadata = { key: 'a&b' }), '/userMetadata/key'],
  ['a priority out of range', (sent) => (sent.Priority = 51), '/priority'],
  ['acceleration', (sent) => (sent.AccelerationSettings = { Mode: 'PREFERRED' }), '/accelerationSettings/mode'],
])('rejects %s', async (_name, change, message) => {
  const rejection = await submit(change);
  expect(rejection).toMatch(/^BadRequestException /);
  expect(rejection).toContain(message);
});

test('rejects a queue that does not exist', async () => {
  expect(await submit((sent) => (sent.Queue = 'missing'))).toBe('NotFoundException Queue missing does not exist.');
});

test('returns the same job for a token reused within a minute, a new one afterwards', async () => {
  let now = Date.now();
  encoder.now = () => now;
  const token = encoder.request('any.mp4', {}, 'token000');
  const first = await encoder.submit(token);
  expect(await encoder.submit(token)).toBe(first);
  now += 61_000;
  expect(await encoder.submit(token)).not.toBe(first);
});
