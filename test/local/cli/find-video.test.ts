import { choosePlayable } from '../../../local/cli/find-video.ts';

const VIDEO = { id: 'v1', key: 'a.mp4', status: 'ready', isPlayable: true, code: null, message: null, percent: null } as const;

test('chooses the newest video that can be played', () => {
  const encoding = { ...VIDEO, id: 'v3', status: 'transcoding', isPlayable: false } as const;
  expect(choosePlayable([encoding, { ...VIDEO, id: 'v2' }, VIDEO], 'a.mp4')).toBe('v2');
});

test.each([
  [{ status: 'transcoding', percent: 43 }, 'a.mp4 is not ready yet: transcoding, 43%.'],
  [{ status: 'uploading' }, 'a.mp4 is not ready yet: uploading.'],
  [
    { status: 'rejected', code: 'not_a_video', message: 'No video.' },
    'a.mp4 cannot be played, since its upload ended as rejected: not_a_video: No video. See docs/errors.md#not_a_video.',
  ],
] as const)('says the state of a video that cannot be played: %j', (fields, message) => {
  expect(() => choosePlayable([{ ...VIDEO, isPlayable: false, ...fields }], 'a.mp4')).toThrow(message);
});

test('says that nothing has the name', () => {
  expect(() => choosePlayable([], 'b\u001B.mp4')).toThrow('No video has the id, key or file name b\\u001b.mp4.');
});
