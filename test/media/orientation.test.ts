import { combine, orientationOf, rotationNear, type PictureMatrix } from '../../media/orientation.ts';

function matrix(a: number, b: number, c: number, d: number): PictureMatrix {
  return { a, b, c, d };
}

/** Rotates clockwise, y downwards. */
function turned(degrees: number): PictureMatrix {
  const [cos = 0, sin = 0] = [Math.cos, Math.sin].map((of) => of((degrees * Math.PI) / 180));
  return matrix(cos, sin, -sin, cos);
}

const MIRROR = matrix(-1, 0, 0, 1);

test.each([
  ['as it is stored', matrix(1, 0, 0, 1), 0, false],
  ['a quarter clockwise', matrix(0, 1, -1, 0), 90, false],
  ['upside down', matrix(-1, 0, 0, -1), 180, false],
  ['a quarter counterclockwise', matrix(0, -1, 1, 0), 270, false],
  ['left and right exchanged', matrix(-1, 0, 0, 1), 0, true],
  ['top and bottom exchanged', matrix(1, 0, 0, -1), 180, true],
  ['mirrored at the falling diagonal', matrix(0, 1, 1, 0), 90, true],
  ['mirrored at the rising diagonal', matrix(0, -1, -1, 0), 270, true],
  ['scaled unevenly', matrix(0, 65_536, -131_072, 0), 90, false],
])('tells a picture %s', (_, of, rotation, mirrored) => {
  expect(orientationOf(of)).toEqual({ rotation, mirrored });
});

test.each([0, 90, 180, 270])('finds a rotation by %d degrees, mirrored or not, within one degree', (degrees) => {
  for (const off of [-0.9, 0, 0.9]) {
    const rotated = turned(degrees + off);
    expect(orientationOf(rotated)).toEqual({ rotation: degrees, mirrored: false });
    expect(orientationOf(combine(rotated, MIRROR))).toEqual({ rotation: degrees, mirrored: true });
  }
});

test.each([
  ['a rotation by 45 degrees', turned(45)],
  ['a rotation that is two degrees off', turned(92)],
  ['a shear', matrix(1, 0, 1, 1)],
  ['zeros', matrix(0, 0, 0, 0)],
  ['a line', matrix(1, 0, 1, 0)],
])('knows no orientation for %s', (_, of) => {
  expect(orientationOf(of)).toBeUndefined();
});

test('applies matrices in order', () => {
  expect(orientationOf(combine(turned(90), turned(180)))).toEqual({ rotation: 270, mirrored: false });
  // Mirrored first, then turned: the same as turned the other way, then mirrored.
  expect(orientationOf(combine(MIRROR, turned(90)))).toEqual({ rotation: 270, mirrored: true });
});

test('rounds angles of any size', () => {
  expect([-90, -270, 450, 360.5, 359.2, 45, Number.NaN].map(rotationNear)).toEqual([270, 90, 90, 0, 0, undefined, undefined]);
});
