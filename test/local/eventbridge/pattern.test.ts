import { InvalidEventPatternError } from '../../../local/eventbridge/pattern-condition.ts';
import { compilePattern } from '../../../local/eventbridge/pattern.ts';

/** An event, a matching pattern and another one. */
const VECTORS: readonly [name: string, event: object, fits: object, not: object][] = [
  ['equal text', { a: 'x' }, { a: ['y', 'x'] }, { a: ['y', 'X'] }],
  ['equal number', { a: 300 }, { a: [300] }, { a: ['300'] }],
  ['boolean and null', { a: true, b: null }, { a: [true], b: [null] }, { b: [''] }],
  ['empty text', { a: '' }, { a: [''] }, { a: [null] }],
  ['every field', { a: 1, b: 2 }, { a: [1], b: [2] }, { a: [1], b: [3] }],
  ['nested', { d: { e: { f: 'x' } } }, { d: { e: { f: ['x'] } } }, { d: { f: ['x'] } }],
  ['any element of a list', { a: ['x', 'y'] }, { a: ['y', 'z'] }, { a: ['z'] }],
  [
    'one object of a list',
    {
      l: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    },
    { l: { a: [2], b: [2] } },
    { l: { a: [1], b: [2] } },
  ],
  ['prefix', { a: 'us-east-1' }, { a: [{ prefix: 'us-' }] }, { a: [{ prefix: 'US-' }] }],
  [
    'prefix in any case',
    { a: 'US-east-1' },
    { a: [{ prefix: { 'equals-ignore-case': 'us-' } }] },
    { a: [{ prefix: { 'equals-ignore-case': 'eu-' } }] },
  ],
  ['suffix', { a: 'movie.MP4' }, { a: [{ suffix: '.MP4' }] }, { a: [{ suffix: '.mp4' }] }],
  [
    'suffix in any case',
    { a: 'movie.MP4' },
    { a: [{ suffix: { 'equals-ignore-case': '.mp4' } }] },
    { a: [{ suffix: { 'equals-ignore-case': '.mov' } }] },
  ],
  [
    'equal in any case',
    { a: 'Alice' },
    { a: [{ 'equals-ignore-case': 'aLICE' }] },
    { a: [{ 'equals-ignore-case': 'alic' }] },
  ],
  ['wildcard', { a: 'in/한글/movie.mp4' }, { a: [{ wildcard: 'in/*/*.mp4' }] }, { a: [{ wildcard: '*.mp' }] }],
  ['wildcard for nothing', { a: 'ab' }, { a: [{ wildcard: 'a*b' }] }, { a: [{ wildcard: 'a*bb' }] }],
  ['escaped wildcard', { a: '1*2\\3' }, { a: [{ wildcard: '1\\*2\\\\*' }] }, { a: [{ wildcard: '1\\*\\*' }] }],
  ['wildcard is not a regular expression', { a: 'a.c' }, { a: [{ wildcard: 'a.*' }] }, { a: [{ wildcard: 'a[.]*' }] }],
  ['numeric', { a: 5 }, { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: [{ numeric: ['<', 5] }] }],
  ['numeric equal', { a: 3.018e2 }, { a: [{ numeric: ['=', 301.8] }] }, { a: [{ numeric: ['=', 301.9] }] }],
  ['numeric requires a number', { a: '5', b: 5 }, { b: [{ numeric: ['>=', 5] }] }, { a: [{ numeric: ['>=', 5] }] }],
  ['exists', { a: { b: 1 } }, { a: { b: [{ exists: true }] } }, { a: { c: [{ exists: true }] } }],
  ['null exists', { a: null }, { a: [{ exists: true }] }, { a: [{ exists: false }] }],
  ['missing field', { a: 1 }, { b: [{ exists: false }], c: { d: [{ exists: false }] } }, { a: [{ exists: false }] }],
  ['exists requires a leaf', { a: { b: 1 } }, { a: [{ exists: false }] }, { a: [{ exists: true }] }],
  ['an empty list has no leaf', { a: [] }, { a: [{ exists: false }] }, { a: [{ exists: true }] }],
  ['anything but text', { a: 'x' }, { a: [{ 'anything-but': 'y' }] }, { a: [{ 'anything-but': 'x' }] }],
  ['anything but several', { a: 3 }, { a: [{ 'anything-but': [1, 2] }] }, { a: [{ 'anything-but': [1, 2, 3] }] }],
  ['anything but needs the field', { a: 1 }, { a: [{ 'anything-but': 2 }] }, { b: [{ 'anything-but': 2 }] }],
  [
    'anything but a prefix',
    { a: 'eu-1' },
    { a: [{ 'anything-but': { prefix: ['us-', 'ap-'] } }] },
    { a: [{ 'anything-but': { prefix: 'eu-' } }] },
  ],
  [
    'anything but a suffix',
    { a: 'a.mp4' },
    { a: [{ 'anything-but': { suffix: '.png' } }] },
    { a: [{ 'anything-but': { suffix: ['.png', '.mp4'] } }] },
  ],
  [
    'anything but in any case',
    { a: 'INIT' },
    { a: [{ 'anything-but': { 'equals-ignore-case': 'done' } }] },
    { a: [{ 'anything-but': { 'equals-ignore-case': ['done', 'init'] } }] },
  ],
  [
    'anything but a wildcard',
    { a: 'x/lib/y' },
    { a: [{ 'anything-but': { wildcard: '*/bin/*' } }] },
    { a: [{ 'anything-but': { wildcard: ['*/lib/*'] } }] },
  ],
  ['address block', { a: '10.0.0.9' }, { a: [{ cidr: '10.0.0.0/24' }] }, { a: [{ cidr: '10.0.1.0/24' }] }],
  [
    'address block of version 6',
    { a: '2001:db8::1' },
    { a: [{ cidr: '2001:db8::/32' }] },
    { a: [{ cidr: '10.0.0.0/8' }] },
  ],
  [
    'alternatives of fields',
    { a: 1, b: 9 },
    { $or: [{ a: [2] }, { b: [{ numeric: ['>', 8] }] }] },
    { $or: [{ a: [2] }, { b: [8] }] },
  ],
  [
    'alternatives in an object, beside other fields',
    { s: 'x', d: { a: 1, b: 2 } },
    { s: ['x'], d: { $or: [{ a: [1] }, { b: [1] }] } },
    { s: ['y'], d: { $or: [{ a: [1] }, { b: [1] }] } },
  ],
  ['inherited names are missing fields', { a: 1 }, { a: [1] }, { toString: [{ exists: true }] }],
];

test.each(VECTORS)('%s', (_name, event, fits, not) => {
  expect(compilePattern(fits)(event)).toBe(true);
  expect(compilePattern(not)(event)).toBe(false);
});

test.each([
  ['a list', []],
  ['an empty object', {}],
  ['a leaf outside a list', { a: 'x' }],
  ['an empty list', { a: [] }],
  ['an unknown operator', { a: [{ matches: 'x' }] }],
  ['two operators in one', { a: [{ prefix: 'x', suffix: 'y' }] }],
  ['consecutive wildcards', { a: [{ wildcard: 'a**' }] }],
  ['a comparison without a number', { a: [{ numeric: ['>', 'x'] }] }],
  ['half a comparison', { a: [{ numeric: ['>', 1, '<'] }] }],
  ['an invalid address block', { a: [{ cidr: '10.0.0.0/99' }] }],
  ['a single alternative', { $or: [{ a: [1] }] }],
])('rejects %s', (_name, pattern) => {
  expect(() => compilePattern(pattern)).toThrow(InvalidEventPatternError);
});
