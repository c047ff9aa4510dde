import { byteSourceOf } from '../../../media/byte-source.ts';
import { walkUnits } from '../../../media/gaps/walk-units.ts';

/** A chain of which only the beginning of the file is a unit. */
const CHAIN = {
  read: () => Promise.resolve(undefined),
  find: () => undefined,
  headBytes: 4,
  first: 0,
};
const PART = { start: 1000, end: 900_000 };

test('takes a part of zeros without a unit for broken', async () => {
  const { marks, beginsBroken, endsBroken } = await walkUnits(byteSourceOf(Buffer.alloc(1_000_000)), CHAIN)(PART);
  expect({ marks, beginsBroken, endsBroken }).toEqual({
    marks: [{ brokenBytes: 899_000 }], beginsBroken: true, endsBroken: true,
  });
});

test('takes any other part without a unit for the inside of a long one', async () => {
  const { marks, beginsBroken, endsBroken } = await walkUnits(byteSourceOf(Buffer.alloc(1_000_000, 0x5a)), CHAIN)(PART);
  expect({ marks, beginsBroken, endsBroken }).toEqual({ marks: [], beginsBroken: false, endsBroken: false });
});
