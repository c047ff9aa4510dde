import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeClip } from '../support/clips.ts';
import { dropStatements } from '../support/endurance/drop-statements.ts';
import { EditedAssembly, idsOfType, withResources } from '../support/endurance/edited-assembly.ts';
import { putSource, readUploadState, waitForEnd } from '../support/uploads.ts';

let assembly: EditedAssembly;
beforeAll(async () => {
  assembly = await EditedAssembly.synthesize();
});
afterAll(() => assembly.remove());

/** Returns the lines of a log that match, once there are some. The test's own timeout is the limit. */
async function waitForLines(path: string, pattern: RegExp): Promise<string[]> {
  for (;;) {
    const lines = readFileSync(path, 'utf8').split('\n').filter((line) => pattern.test(line));
    if (lines.length > 0) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function logOf({ stateDirectory }: { readonly stateDirectory: string }, name: string): string {
  return join(stateDirectory, 'logs', name);
}

test('without iam:PassRole the encoder refuses the job, with action, resource and role', async () => {
  const edit = withResources((resources) => {
    dropStatements(resources, ({ Action, Condition }) => Action === 'iam:PassRole' && /mediaconvert/.test(JSON.stringify(Condition)));
  });
  await assembly.run(/Pipeline/, edit, async (cloud) => {
    const versionId = await putSource(cloud, 'a.mp4', await makeClip());
    const [line, ...others] = await waitForLines(logOf(cloud, 'iam.log'), /iam:PassRole/);
    expect(others).toEqual([]);
    expect(line).toMatch(
      /User: arn:aws:sts::\d+:assumed-role\/sluicepipeline-transcodefunctionrole\S+ is not authorized to perform: iam:PassRole on resource: arn:aws:iam::\d+:role\/sluicepipeline-encoderjobrole\S+ because no identity-based policy allows the iam:PassRole action\. This statement would allow it: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::\d+:role\/sluicepipeline-encoderjobrole[^"]+","Condition":{"StringEquals":{"iam:PassedToService":"mediaconvert\.amazonaws\.com"}}}$/,
    );
    const [log = ''] = readdirSync(join(cloud.stateDirectory, 'logs')).filter((name) => name.startsWith('TranscodeFunction'));
    expect((await waitForLines(logOf(cloud, log), /AccessDenied/)).slice(0, 1)).toEqual([
      expect.stringContaining('is not authorized to perform: iam:PassRole on resource: arn:aws:iam::'),
    ]);
    expect(await readUploadState(cloud, 'a.mp4', versionId)).not.toMatchObject({ status: 'ready' });
  });
});

test('without the policies of the queues steps get no messages, and the revision waits for the check of its job', async () => {
  const edit = withResources((resources) => {
    dropStatements(
      resources,
      ({ Effect, Principal }, id) =>
        Effect === 'Allow' && Principal?.Service === 'sns.amazonaws.com' && id.includes('WorkQueuePolicy'),
    );
  });
  await assembly.run(/Pipeline|Delivery/, edit, async (cloud) => {
    const versionId = await putSource(cloud, 'b.mp4', await makeClip());
    for (const queue of ['permissions', 'thumbnails', 'metadata']) {
      const lines = await waitForLines(logOf(cloud, 'iam.log'), new RegExp(`sqs:SendMessage.*:sluicepipeline-${queue}workqueue`));
      expect(lines).toEqual([
        expect.stringMatching(
          /User: sns\.amazonaws\.com is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:\S+ because no resource-based policy allows the sqs:SendMessage action\. This statement would allow it: {"Effect":"Allow","Principal":{"Service":"sns\.amazonaws\.com"},/,
        ),
      ]);
    }
    // An event that never reached a step names none: the check of the job finds it, and publishes it again until the deadline.
    const log = readdirSync(logOf(cloud, '.')).find((name) => name.startsWith('CompletionFunction')) ?? '';
    expect((await waitForLines(logOf(cloud, log), /event of an ended job published again/)).length).toBeGreaterThan(0);
    expect(await readUploadState(cloud, 'b.mp4', versionId)).toMatchObject({ code: null });
  });
});

test('without the policy of the upload queue the event is a dead letter, and the upload fails', async () => {
  const edit = withResources((resources) => {
    dropStatements(resources, ({ Effect }, id) => Effect === 'Allow' && id.startsWith('TranscodeUploadsQueuePolicy'));
  });
  await assembly.run(/Pipeline/, edit, async (cloud) => {
    const versionId = await putSource(cloud, 'c.mp4', await makeClip());
    expect(await waitForEnd(cloud, 'c.mp4', versionId)).toMatchObject({ status: 'failed', code: 'transcode_failed' });
  });
});

test('without their grants the edge reads no pages, a function URL is forbidden and the API cannot invoke its function', async () => {
  const edit = withResources((resources) => {
    dropStatements(
      resources,
      ({ Principal, Action }, id) =>
        id.startsWith('PagesPolicy') && Principal?.Service === 'cloudfront.amazonaws.com' && Action === 's3:GetObject',
    );
    for (const id of idsOfType(resources, 'AWS::Lambda::Permission')) {
      const { Principal, Action } = resources[id]?.Properties ?? {};
      const isUrl = Principal === 'cloudfront.amazonaws.com' && Action === 'lambda:InvokeFunction';
      if (Principal === 'apigateway.amazonaws.com' || isUrl) delete resources[id];
    }
  });
  await assembly.run(/Delivery/, edit, async (cloud) => {
    const statusOf = async (path: string): Promise<number> => {
      const response = await fetch(new URL(path, cloud.running.outputs['PagesUrl']));
      await response.arrayBuffer();
      return response.status;
    };
    expect(await statusOf('/index.html')).toBe(403);
    // The fallback of the link preview is the bucket.
    expect(await statusOf('/videos/0197c5b4-0000-7000-8000-000000000000')).toBe(403);
    expect(await statusOf('/api/videos')).toBe(500);
    const log = logOf(cloud, 'iam.log');
    for (const denial of [
      /cloudfront\.amazonaws\.com is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::sluicedelivery-pages/,
      /cloudfront\.amazonaws\.com is not authorized to perform: lambda:InvokeFunction on resource: \S+:sluicedelivery-linkpreview/,
      /apigateway\.amazonaws\.com is not authorized to perform: lambda:InvokeFunction on resource: \S+:sluicedelivery-apifunction/,
    ]) {
      expect(await waitForLines(log, denial)).toHaveLength(1);
    }
  });
});
