import { readFileSync } from 'node:fs';
import { checkCreateJob, MODEL_FILE, type Shape } from '../../../../local/mediaconvert/model/create-job-model.ts';

const model = JSON.parse(readFileSync(MODEL_FILE, 'utf8')) as { source: string; shapes: Record<string, Shape> };

function requestWith(settings: object, rest: object = {}): object {
  return { role: 'arn:aws:iam::000000000000:role/encoder', settings, ...rest };
}

test('the model names its source, and each of its patterns compiles', () => {
  expect(model.source).toMatch(/^botocore \d+\.\d+\.\d+, mediaconvert 2017-08-29, Apache-2\.0$/);
  const patterns = Object.values(model.shapes).flatMap(({ pattern }) => pattern ?? []);
  expect(patterns.length).toBeGreaterThan(40);
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow();
});

test('the model holds every shape that it refers to', () => {
  const names = Object.values(model.shapes).flatMap(({ members = {}, member, key, value }) =>
    [...Object.values(members), member, key, value].flatMap((each) => each?.shape ?? []),
  );
  expect(names.filter((name) => model.shapes[name] === undefined)).toEqual([]);
});

test('the bounds in the name of a number are those of its shape', () => {
  const differing = Object.entries(model.shapes).filter(([name, { type, min, max }]) => {
    const bound = (word: string): number | undefined => {
      const [, negative, digits] = new RegExp(`${word}(Negative)?(\\d+)`).exec(name) ?? [];
      return digits === undefined ? undefined : Number(`${negative === undefined ? '' : '-'}${digits}`);
    };
    return /^__(integer|double)/.test(name) && type !== 'list' && (min !== bound('Min') || max !== bound('Max'));
  });
  expect(differing).toEqual([]);
});

test.each<[fault: string, request: unknown, problem: string]>([
  ['a body that is not an object', [], ': Should be an object'],
  ['a missing role', { settings: {} }, '/role: Is required'],
  ['an unknown property', requestWith({}, { colour: 'red' }), '/: Unrecognized properties: colour'],
  [
    'an unknown property far inside',
    requestWith({ inputs: [{ videoSelector: { rotation: 'AUTO' } }] }),
    '/settings/inputs/0/videoSelector: Unrecognized properties: rotation',
  ],
  [
    'a value that is not in an enum',
    requestWith({ inputs: [{ videoSelector: { rotate: 'DEGREES_45' } }] }),
    '/settings/inputs/0/videoSelector/rotate: Should be one of DEGREE_0, DEGREES_90, DEGREES_180, DEGREES_270, AUTO',
  ],
  ['an integer out of range', requestWith({ followSource: 151 }), '/settings/followSource: Should be at most 150'],
  ['a fraction for an integer', requestWith({ followSource: 1.5 }), '/settings/followSource: Should be an integer'],
  ['a number as text', requestWith({ followSource: '1' }), '/settings/followSource: Should be an integer'],
  [
    'a fraction out of range',
    requestWith({
      outputGroups: [
        {
          outputs: [
            { videoDescription: { codecSettings: { h264Settings: { qvbrSettings: { qvbrQualityLevelFineTune: 1.1 } } } } },
          ],
        },
      ],
    }),
    '/settings/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/qvbrSettings/qvbrQualityLevelFineTune: Should be at most 1',
  ],
  [
    'an address of another kind',
    requestWith({ inputs: [{ fileInput: 'ftp://host/file' }] }),
    '/settings/inputs/0/fileInput: Should match',
  ],
  [
    'a text that is too long',
    requestWith({ inputs: [{ fileInput: `s3://bucket/${'x'.repeat(2048)}` }] }),
    '/settings/inputs/0/fileInput: Should be at most 2048 characters',
  ],
  ['an object for a list', requestWith({ inputs: {} }), '/settings/inputs: Should be an array'],
  [
    'a list for a map',
    requestWith({ inputs: [{ audioSelectors: [] }] }),
    '/settings/inputs/0/audioSelectors: Should be an object',
  ],
  [
    'a fault within a map',
    requestWith({ inputs: [{ audioSelectors: { one: { tracks: [0] } } }] }),
    '/settings/inputs/0/audioSelectors/one/tracks/0: Should be at least 1',
  ],
  ['null', requestWith({ inputs: [{ fileInput: null }] }), '/settings/inputs/0/fileInput: Should be a string'],
])('%s violates the model', (_fault, request, problem) => {
  expect(checkCreateJob(request, 'wire')?.slice(0, problem.length)).toBe(problem);
});

test('names of the SDK are not those on the wire', () => {
  expect(checkCreateJob({ Role: 'role', Settings: { FollowSource: 1 } }, 'sdk')).toBeUndefined();
  expect(checkCreateJob({ Role: 'role', Settings: { FollowSource: 1 } }, 'wire')).toBe('/role: Is required');
});
