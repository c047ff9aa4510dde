import type { Template } from '../../../local/template/assembly.ts';
import { makeStackTemplates, type StackTemplates } from '../../support/lib/stack-templates.ts';
import { type AppCloud, openAppCloud } from '../../support/local/app-cloud.ts';

/** Stacks of `dev`, each after those that it imports from. */
const TEMPLATES = makeStackTemplates({});

/** Resources at which the creation of their stack fails in turn: the last one of each type, or every one. */
const FAILURES = Object.entries(TEMPLATES).flatMap(([stack, template]) => {
  const resources = Object.entries((template as Template).Resources);
  const byType = new Map(resources.map(([logicalId, { Type }]) => [Type, logicalId]));
  const all = process.env['EVERY_RESOURCE'] === '1' ? resources.map(([id, { Type }]) => [Type, id] as const) : [...byType];
  return all.filter(([type]) => type !== 'AWS::CDK::Metadata').map(([type, logicalId]) => [stack, type, logicalId] as const);
});

let cloud: AppCloud;
/** Content of the services before the stack under test. */
let before: readonly string[];
beforeAll(async () => {
  cloud = await openAppCloud();
});
afterAll(() => cloud.close());

describe.each(Object.keys(TEMPLATES))('%s', (stack) => {
  const only: StackTemplates = { [stack]: TEMPLATES[stack] };

  beforeAll(() => {
    cloud.failWhen(undefined);
    before = cloud.listLeftovers();
  });
  afterAll(() => cloud.deploy(only));

  test.each(FAILURES.filter(([each]) => each === stack).map(([, type, logicalId]) => [type, logicalId]))(
    'leaves nothing behind when its creation fails at %s %s',
    async (_type, logicalId) => {
      cloud.failWhen((resource) => resource.logicalId === logicalId);
      const failed = cloud.deploy(only).finally(() => cloud.failWhen(undefined));
      await expect(failed).rejects.toThrow(/refused by the test\nWhat it had created was deleted again\.$/);
      expect(cloud.listLeftovers()).toEqual(before);
      expect(cloud.record(stack)).toMatchObject({ status: 'ROLLBACK_COMPLETE', resources: {}, obsolete: [] });
    },
  );
});
