import { en } from '../../../web/texts/en.ts';
import { ko } from '../../../web/texts/ko.ts';
import { textFault } from '../../../web/video/text-fault.ts';

const TITLE = { maxLength: 200, required: true, shape: 'line' } as const;

test.each([
  ['🎬'.repeat(200), ''],
  [` ${'한'.repeat(200).normalize('NFD')} `, ''],
  ['🎬'.repeat(201), 'Not saved. Shorten the text from 201 to 200 characters.'],
  ['\u3164', 'Not saved. Enter at least one visible character.'],
  ['  ', 'Not saved. Enter at least one visible character.'],
  ['\u202e', 'Not saved. Remove the invisible character U+202E, which changes the direction of the text. It is character 1.'],
  ['a\nb', 'Not saved. Remove the control character U+000A. It is character 2.'],
  ['א\u200e', ''],
])('a title %j has the fault %j', (text, fault) => {
  expect(textFault(text, TITLE, en.video)).toBe(fault);
});

test('a description may be empty, and its fault is explained in Korean', () => {
  const limits = { maxLength: 5, required: false, shape: 'lines' } as const;
  expect(textFault(' ', limits, ko.video)).toBe('');
  expect(textFault('가\n', limits, ko.video)).toBe('');
  expect(textFault('가\u0007', limits, ko.video)).toBe('저장하지 않았습니다. 제어 문자 U+0007을(를) 지워 주세요. 2번째 글자입니다.');
  expect(textFault('여섯 글자다', limits, ko.video)).toBe('저장하지 않았습니다. 현재 6자입니다. 5자 이하로 줄여 주세요.');
});
