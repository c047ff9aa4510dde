import { findFailedCondition } from '../../../local/http/conditional-request.ts';

const VALIDATORS = { etag: '"abc"', lastModified: new Date('2026-01-01T00:00:00Z') };

test.each(['"abc"', 'W/"abc"', '"other", "abc"', '*'])('reports a match of If-None-Match %s', (ifNoneMatch) => {
  expect(findFailedCondition(VALIDATORS, { ifNoneMatch })).toBe('If-None-Match');
});

test.each(['abc', '"other", abc', '"other", *'])('matches If-None-Match %s only in lenient syntax', (ifNoneMatch) => {
  expect(findFailedCondition(VALIDATORS, { ifNoneMatch })).toBeUndefined();
  expect(findFailedCondition(VALIDATORS, { ifNoneMatch }, 'lenient')).toBe('If-None-Match');
});
