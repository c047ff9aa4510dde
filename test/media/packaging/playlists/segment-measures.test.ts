import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { expectedAnnexBBytes, readAnnexBFormat, writeAnnexB } from '../../../../media/packaging/mpegts/annex-b.ts';
import { readSegmentMeasures, writeSegmentMeasures } from '../../../../media/packaging/playlists/segment-measures.ts';
import { makeClip } from '../../../support/clips.ts';
import { fileAt } from '../../../support/media/packaging/package-folder.ts';
import { indexFile } from '../../../support/media/packaging/package-file.ts';

async function openClip(...options: readonly string[]) {
  const file = await makeClip('-preset', 'ultrafast', '-g', '10', '-bf', '2', ...options);
  return { file, index: await indexFile(file, 0.8) };
}

/** Returns the lengths of all segments of one track or two, as they are measured. */
function measured({ index }: { readonly index: SourceIndex }, container: 'fmp4' | 'ts', tracks: readonly number[]): number[] {
  return Array.from({ length: index.plan.segments }, (_, segment) => {
    const [first, other] = tracks.map((track) => readSegmentMeasures(index.measures, index.plan, track, segment));
    return container === 'fmp4' ? (first?.fmp4Bytes ?? 0) : 188 * (2 + (first?.firstPackets ?? 0) + (other?.otherPackets ?? 0));
  });
}

test('the measured lengths of segments are the real ones', async () => {
  const clip = await openClip();
  const lengths = (name: string, extension: string) =>
    Array.from({ length: clip.index.plan.segments }, (_, segment) => fileAt(clip, `${name}_${segment}.${extension}`).length);
  expect(clip.index.plan.segments).toBe(3);
  expect(measured(clip, 'fmp4', [0])).toEqual(lengths('fmp4-1', 'm4s'));
  expect(measured(clip, 'fmp4', [1])).toEqual(lengths('fmp4-2', 'm4s'));
  expect(measured(clip, 'ts', [0, 1])).toEqual(lengths('ts-1-2', 'ts'));
  expect(measured(clip, 'ts', [0])).toEqual(lengths('ts-1', 'ts'));
  expect(measured(clip, 'ts', [1])).toEqual(lengths('ts-2', 'ts'));
  const { buffer, byteOffset, byteLength } = clip.index.measures;
  expect(writeSegmentMeasures(clip.index, clip.index.plan)).toEqual(new Uint8Array(buffer, byteOffset, byteLength));
});

test('pictures with delimiters of their own are measured at most a packet each too long', async () => {
  const clip = await openClip('-x264-params', 'aud=1');
  for (const [segment, length] of measured(clip, 'ts', [0]).entries()) {
    const real = fileAt(clip, `ts-1_${segment}.ts`).length;
    expect(length).toBeGreaterThanOrEqual(real);
    expect(length).toBeLessThanOrEqual(real + 25 * 188);
  }
});

test('pictures whose units have lengths of two bytes are not measured too short', async () => {
  const { index } = await openClip();
  const format = { ...readAnnexBFormat('h264', index.tracks[0]?.sampleEntry ?? new Uint8Array()), lengthBytes: 2 } as const;
  const sample = Buffer.from('000261010003410203', 'hex');
  const written = writeAnnexB(format, { sample, isKey: true }, new Uint8Array(1000), 0);
  const expected = expectedAnnexBBytes(format, sample.length, true);
  expect(expected).toBeGreaterThanOrEqual(written);
  expect(expected - written).toBeLessThan(32);
});
