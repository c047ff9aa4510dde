import { isPermissive } from '../../../lib/foundation/licenses.ts';

test.each(['MIT', '(MIT OR GPL-3.0-or-later)', 'Apache-2.0 AND MIT', '(MIT AND Zlib)'])('accepts %s', (expression) => {
  expect(isPermissive(expression)).toBe(true);
});

test.each(['AGPL-3.0-only', 'MIT AND AGPL-3.0-only', 'GPL-2.0-only OR MPL-2.0', '(GPL-2.0-only) AND (X OR MIT)', 'UNLICENSED', 'no license'])(
  'refuses %s',
  (expression) => expect(isPermissive(expression)).toBe(false),
);
