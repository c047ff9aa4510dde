import { uploadKey } from '../../../lambdas/api/upload-key.ts';

test.each([
  ['강의 1부.mp4', '강의 1부.mp4'],
  ['강의.mp4'.normalize('NFD'), '강의.mp4'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\films\\a+b & c?.mov', 'C--films-a-b - c-.mov'],
  ['...', 'file'],
  ['a/', 'file'],
  ['\u202Egnp.4pm\u0000', '-gnp.4pm-'],
  ['\uD800.mp4', '\uFFFD.mp4'],
  ['🎬'.repeat(200), '🎬'.repeat(175)],
])('gives the file %j a safe and recognizable key', (fileName, expected) => {
  expect(uploadKey('id', fileName)).toBe(`uploads/id/${expected}`);
});
