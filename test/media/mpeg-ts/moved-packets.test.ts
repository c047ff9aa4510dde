import { byteSourceOf } from '../../../media/byte-source.ts';
import { findGaps } from '../../../media/gaps/find-gaps.ts';
import { followMovedPackets } from '../../../media/mpeg-ts/moved-packets.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2', '-f', 'lavfi', '-i', 'sine=r=48000:d=2', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];

function make(...args: string[]): Promise<Buffer> {
  return makeWithFfmpeg('a.ts', [...SOURCE, ...args]);
}

async function followed(file: Buffer): Promise<Buffer> {
  const copy = Buffer.from(file);
  for await (const { offset, bytes } of followMovedPackets(byteSourceOf(file))) copy.set(bytes, offset);
  return copy;
}

/** Counts the packets of each packet id, except for tables and empty ones. */
function countPackets(file: Buffer): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < file.length; at += 188) {
    const id = file.readUInt16BE(at + 1) & 0x1fff;
    if (id >= 0x100 && id < 0x1000) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

test.each([
  ['packet ids', ['-mpegts_start_pid', '0x300']],
  ['packet ids and that of the map', ['-mpegts_start_pid', '0x300', '-mpegts_pmt_start_pid', '0x1200']],
  ['packet ids of each other', ['-streamid', '0:257', '-streamid', '1:256']],
])('follows streams to other %s', async (_what, args) => {
  const [first, second] = [await make(), await make('-output_ts_offset', '2', ...args)];
  const joined = Buffer.concat([first, second]);
  const [before, after] = [countPackets(joined), countPackets(await followed(joined))];
  const total = (counts: Map<number, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  expect(new Set(after.keys())).toEqual(new Set(countPackets(first).keys()));
  expect(total(after)).toBe(total(before));
  const changes = async (file: Buffer) => (await findGaps('mpegts', byteSourceOf(file), { position: 0, count: 1 })).gaps.filter(({ kind }) => kind === 'change');
  expect(await changes(joined)).toHaveLength(1);
  expect(await changes(await followed(joined))).toEqual([]);
});

test('leaves streams alone that stay, or continue in another codec', async () => {
  const [first, same] = [await make(), await make('-output_ts_offset', '2')];
  expect(await followed(Buffer.concat([first, same]))).toEqual(Buffer.concat([first, same]));
  const other = await make('-output_ts_offset', '2', '-mpegts_start_pid', '0x300', '-c:v', 'mpeg2video', '-c:a', 'mp2');
  expect(await followed(Buffer.concat([first, other]))).toEqual(Buffer.concat([first, other]));
});
