import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { queryCatalog } from '../support/query-catalog.ts';
import { makeClip } from '../support/clips.ts';
import { removeState, spawnLaptopCloud } from '../support/laptop-cloud.ts';
import { connectTo, type CloudClients } from '../support/shared-cloud.ts';
import { putSource, readUploadState, waitForEnd } from '../support/uploads.ts';

/** Synthesized assembly, edited by the tests. */
const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['bin/app.ts'], { env: { ...process.env, CDK_OUTDIR: assembly } });
});

afterAll(() => rmSync(assembly, { recursive: true }));

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

function templates(stack: RegExp): string[] {
  return readdirSync(assembly)
    .filter((name) => name.endsWith('.template.json') && stack.test(name))
    .map((name) => join(assembly, name));
}

/** Runs the laptop cloud with edited templates of the matching stacks, and then reverts the edits. */
async function withEdited(
  stack: RegExp,
  edit: (text: string) => string,
  use: (cloud: CloudClients) => Promise<void>,
): Promise<void> {
  const originals = templates(stack).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  for (const { path, text } of originals) writeFileSync(path, edit(text));
  try {
    const handle = await spawnLaptopCloud({ args: ['--assembly', assembly] });
    try {
      await use(connectTo(handle.stateDirectory));
    } finally {
      await handle.stop();
      await removeState(handle.stateDirectory);
    }
  } finally {
    for (const { path, text } of originals) writeFileSync(path, text);
  }
}

function withPipeline(edit: (text: string) => string, use: (cloud: CloudClients) => Promise<void>): Promise<void> {
  return withEdited(/Pipeline/, edit, use);
}

function withResources(change: (resources: Resources) => void) {
  return (text: string): string => {
    const template = JSON.parse(text) as { Resources: Resources };
    change(template.Resources);
    return JSON.stringify(template);
  };
}

function idsOfType(resources: Resources, type: string): string[] {
  return Object.keys(resources).filter((id) => resources[id]?.Type === type);
}

test('an upload becomes ready with a renamed queue', async () => {
  const [pipeline = ''] = templates(/Pipeline/);
  const { Resources } = JSON.parse(readFileSync(pipeline, 'utf8')) as { Resources: Resources };
  const id = idsOfType(Resources, 'AWS::SQS::Queue').find((name) => /Uploads/.test(name) && !/Dead/.test(name)) ?? '';
  expect(id).not.toBe('');
  await withEdited(
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
    for (const id of idsOfType(resources, 'AWS::Lambda::Function')) {
      const { Variables: variables } = (resources[id]?.Properties['Environment'] ?? {}) as {
        Variables?: Record<string, unknown>;
      };
      // Half a minute, including ten times the duration of the clip.
      if (variables?.['JOB_DEADLINE_MINUTES'] !== undefined) variables['JOB_DEADLINE_MINUTES'] = '0.2';
    }
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
