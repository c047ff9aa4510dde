import '../../support/web/browser-stand-in.ts';
import { toSitePath } from '../../../web/shell/site-path.ts';

test.each([
  ['/', '/'],
  ['/?search=//other.example', '/?search=//other.example'],
  ['/videos/1?t=90#a', '/videos/1?t=90#a'],
  ['/videos/가', '/videos/%EA%B0%80'],
  ['/a/../videos/1', '/videos/1'],
  ['/%2F%2Fother.example/', '/%2F%2Fother.example/'],
  ['/%5Cother.example/', '/%5Cother.example/'],
])('keeps %s on this site', (text, expected) => {
  expect(toSitePath(text)).toBe(expected);
  expect(new URL(expected, location.origin).origin).toBe(location.origin);
});

test.each([
  '',
  'videos/1',
  '//other.example/',
  '///other.example/',
  '/\\other.example/',
  '\\\\other.example/',
  '\\/other.example/',
  '/\t/other.example/',
  '/\n/other.example/',
  '/\r\\other.example/',
  '/.//other.example/',
  '/..//other.example/',
  '/%2e//other.example/',
  '/a/..//other.example/',
  '/./\\other.example/',
  ' //other.example/',
  'https://other.example/',
  'https:other.example',
  'https://pages.example.other.example/',
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,a',
  '@other.example/',
  '.other.example/',
  '//',
  '/videos/%',
])('rejects %j', (text) => {
  expect(toSitePath(text)).toBeNull();
});
