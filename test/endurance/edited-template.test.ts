import { readFileSync } from 'node:fs';
import { makeClip } from '../support/clips.ts';
import { EditedAssembly, idsOfType, type Resources, withResources } from '../support/endurance/edited-assembly.ts';
import { queryCatalog } from '../support/query-catalog.ts';
import type { CloudClients } from '../support/shared-cloud.ts';
import { putSource, readUploadState, waitForEnd } from '../support/uploads.ts';

let assembly: EditedAssembly;
beforeAll(async () => {
  assembly = await EditedAssembly.synthesize();
});
afterAll(() => assembly.remove());

function withPipeline(edit: (text: string) => string, use: (cloud: CloudClients) => Promise<void>): Promise<void> {
  return assembly.run(/Pipeline/, edit, use);
}

test('an upload becomes ready with a renamed queue', async () => {
  const [pipeline = ''] = assembly.templates(/Pipeline/);
  const { Resources } = JSON.parse(readFileSync(pipeline, 'utf8')) as { Resources: Resources };
  const id = idsOfType(Resources, 'AWS::SQS::Queue').find((name) => /Uploads/.test(name) && !/Dead/.test(name)) ?? '';
  expect(id).not.toBe('');
  await assembly.run(
    /./,
    (text) => text.replaceAll(id, 'RenamedByHand'),
    async (cloud) => {
      expect(await waitForEnd(cloud, 'a.mp4', await putSource(cloud, 'a.mp4', await makeClip()))).toMatchObject({
        status: 'ready',
      });
    },
  );
});

test('an upload stays processing when a step has no subscription', async () => {
  const drop = withResources((resources) => {
    const subscription = idsOfType(resources, 'AWS::SNS::Subscription').find((id) => /thumbnails/i.test(id)) ?? '';
    expect(subscription).not.toBe('');
    delete resources[subscription];
  });
  await withPipeline(drop, async (cloud) => {
    const versionId = await putSource(cloud, 'b.mp4', await makeClip());
    while ((await stepsDone(cloud, versionId)) < 2) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await readUploadState(cloud, 'b.mp4', versionId)).toMatchObject({ status: 'processing' });
  });
});

test('only objects that match the edited pattern of the upload rule become videos', async () => {
  const filter = withResources((resources) => {
    const rule = idsOfType(resources, 'AWS::Events::Rule').find(
      (id) => JSON.stringify(resources[id]?.Properties).includes('aws.s3'),
    );
    const pattern = resources[rule ?? '']?.Properties['EventPattern'] as { detail: Record<string, unknown> };
    pattern.detail['object'] = { key: [{ prefix: 'in/' }] };
  });
  await withPipeline(filter, async (cloud) => {
    const outside = await putSource(cloud, 'out/c.mp4', await makeClip());
    const inside = await putSource(cloud, 'in/c.mp4', await makeClip());
    expect(await waitForEnd(cloud, 'in/c.mp4', inside)).toMatchObject({ status: 'ready' });
    expect(await readUploadState(cloud, 'out/c.mp4', outside)).toBeUndefined();
  });
});

test('an upload becomes ready through its deadline when no event reports the end of its job', async () => {
  const dropEndEvents = withResources((resources) => {
    const rule = idsOfType(resources, 'AWS::Events::Rule').find(
      (id) => JSON.stringify(resources[id]?.Properties).includes('aws.mediaconvert'),
    );
    const pattern = resources[rule ?? '']?.Properties['EventPattern'] as { detail: Record<string, unknown> };
    pattern.detail['status'] = ['PROGRESSING'];
  });
  await withPipeline(dropEndEvents, async (cloud) => {
    expect(await waitForEnd(cloud, 'd.mp4', await putSource(cloud, 'd.mp4', await makeClip()))).toMatchObject({
      status: 'ready',
    });
  });
});

async function stepsDone(cloud: CloudClients, versionId: string): Promise<number> {
  const done = await queryCatalog(
    cloud,
    `select s.step from steps s join revisions r on r.id = s.revision_id
      where r.version_id = :version and s.status = 'done'`,
    { version: versionId },
  );
  return done.length;
}
