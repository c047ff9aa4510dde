import { readProjection } from '../../../media/matroska/projection.ts';

function element(id: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([id >> 8, id & 0xff, 0x80 | content.length]), content]);
}

function float(id: number, value: number, bytes: 4 | 8 = 4): Buffer {
  const content = Buffer.alloc(bytes);
  if (bytes === 4) content.writeFloatBE(value);
  else content.writeDoubleBE(value);
  return element(id, content);
}

const [TYPE, YAW, PITCH, ROLL] = [0x7671, 0x7673, 0x7674, 0x7675];

function orientationOf(...children: Buffer[]) {
  return readProjection(element(0x7670, Buffer.concat(children)));
}

test.each([
  ['nothing', [], 0, false],
  ['a roll, which is counterclockwise', [float(ROLL, 90)], 270, false],
  ['a roll in eight bytes', [float(ROLL, -90, 8)], 90, false],
  ['a roll of half a turn', [float(ROLL, -180)], 180, false],
  ['a yaw of half a turn', [float(YAW, 180)], 0, true],
  ['a yaw and a roll of half a turn', [float(YAW, -180), float(ROLL, 180)], 180, true],
  ['a yaw of half a turn and a roll of a quarter', [float(YAW, 180), float(ROLL, 90)], 90, true],
  ['a flat projection by name', [element(TYPE, Buffer.from([0])), float(ROLL, 90.4)], 270, false],
] as const)('reads %s', (_name, children, rotation, mirrored) => {
  expect(orientationOf(...children)).toEqual({ rotation, mirrored });
});

test.each([
  ['a sphere', [element(TYPE, Buffer.from([1])), float(ROLL, 90)]],
  ['a yaw of a quarter', [float(YAW, 90)]],
  ['a pitch', [float(PITCH, 45), float(ROLL, 90)]],
  ['a roll by 45 degrees', [float(ROLL, 45)]],
  ['a roll that is no number', [float(ROLL, Number.NaN)]],
])('knows no orientation for %s', (_name, children) => {
  expect(orientationOf(...children)).toBeUndefined();
});

test('returns no orientation without a projection', () => {
  expect(readProjection(element(0x55b0, Buffer.alloc(3)))).toBeUndefined();
});
