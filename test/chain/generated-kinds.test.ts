import { producedFrom } from '../support/produced-renditions.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { put, uploadEnds, type UploadRow } from '../support/uploads.ts';
import { KINDS_REJECTED, KINDS_THAT_PLAY } from '../support/chain/generated-kinds.ts';
import { expectRenditions } from '../support/chain/expect-renditions.ts';

/** Clips that are made at a time; an ffmpeg for each of them at once would take a gigabyte. */
const MADE_AT_ONCE = 4;

const versions = new Map<string, Promise<string>>();

function keyOf(name: string): string {
  return `generated/${name}`;
}

beforeAll(async () => {
  const cloud = sharedCloud();
  const waiting = [...KINDS_THAT_PLAY, ...KINDS_REJECTED].values();
  const makeAndUpload = async (): Promise<void> => {
    for (const kind of waiting) {
      const body = await kind.make();
      versions.set(kind.name, put(cloud, keyOf(kind.name), body));
    }
  };
  await Promise.all(Array.from({ length: MADE_AT_ONCE }, makeAndUpload));
});

async function endOf(name: string): Promise<UploadRow> {
  return uploadEnds(sharedCloud(), keyOf(name), (await versions.get(name)) ?? '');
}

test.each(KINDS_REJECTED)('$name is rejected as $becomes before there is a job', async ({ name, becomes }) => {
  expect(await endOf(name)).toMatchObject({ status: 'rejected', code: becomes, attemptId: null });
});

test.each(KINDS_THAT_PLAY)('$name becomes renditions that look, sound and last as it does', async ({ name, becomes }) => {
  const upload = await endOf(name);
  expect(upload).toMatchObject({ status: 'ready', code: null });
  expectRenditions(await producedFrom(sharedCloud(), upload), becomes);
});
