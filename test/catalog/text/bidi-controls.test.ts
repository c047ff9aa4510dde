import { findBidiControl, removeBidiControls } from '../../../catalog/text/bidi-controls.ts';

test.each(Array.from('\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069'))('finds and removes the control %j', (control) => {
  const name = `U+${control.charCodeAt(0).toString(16).toUpperCase()}`;
  expect(findBidiControl(`🎬a${control}`)).toEqual({ name, position: 3 });
  expect(removeBidiControls(`${control}a${control}b`)).toBe('ab');
});

test.each(['', 'a', '\u200Ea\u200F', '\u061C', '\u200D', '\u2065', '\u206A', '\u2029'])('leaves %j alone', (text) => {
  expect(findBidiControl(text)).toBeUndefined();
  expect(removeBidiControls(text)).toBe(text);
});
