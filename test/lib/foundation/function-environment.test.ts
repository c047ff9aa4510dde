import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import {
  apiEnvSchema,
  completionEnvSchema,
  linkPreviewEnvSchema,
  migrateCatalogEnvSchema,
  packagerEnvSchema,
  playbackEnvSchema,
  playlistEnvSchema,
  reconcileEnvSchema,
  redriveEnvSchema,
  removalEnvSchema,
  stepEnvSchema,
  transcodeEnvSchema,
  withdrawalEnvSchema,
} from '../../../lambdas/contracts/environment.ts';
import { mapSteps } from '../../../lambdas/contracts/steps.ts';
import { at, functions, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data, pipeline, delivery } = synthesizeTemplates();
const deployed = new Map([data, pipeline, delivery].flatMap((template) => Array.from(functions(template))));

const SCHEMAS: Readonly<Record<string, z.ZodObject | undefined>> = {
  'migrate-catalog': migrateCatalogEnvSchema,
  transcode: transcodeEnvSchema,
  ...mapSteps(() => stepEnvSchema),
  completion: completionEnvSchema,
  api: apiEnvSchema,
  playback: playbackEnvSchema,
  playlist: playlistEnvSchema,
  packager: packagerEnvSchema,
  'link-preview': linkPreviewEnvSchema,
  removal: removalEnvSchema,
  withdrawal: withdrawalEnvSchema,
  redrive: redriveEnvSchema,
  reconcile: reconcileEnvSchema,
  'signing-key': undefined,
  'origin-secret': undefined,
  'sign-in-domain': undefined,
};

/** Returns the environment of a function, with a URL for every value that only a deployment knows. */
function environmentOf(name: string): Record<string, string> {
  const variables = at(deployed.get(name), 'resource', 'Properties', 'Environment', 'Variables') ?? {};
  const known = Object.entries(variables).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : 'https://known.only.after.deployment',
  ]);
  return Object.fromEntries(known);
}

test.each([...deployed.keys()])('%s has a handler', (name) => {
  expect(existsSync(join(process.cwd(), 'lambdas', name, 'handler.ts'))).toBe(true);
});

test('the list of schemas covers all functions', () => {
  expect([...deployed.keys()].toSorted()).toEqual(Object.keys(SCHEMAS).toSorted());
});

test.each(Object.keys(SCHEMAS))('%s receives exactly the variables of its schema', (name) => {
  const environment = environmentOf(name);
  const schema = SCHEMAS[name];
  expect(Object.keys(environment).toSorted()).toEqual(Object.keys(schema?.shape ?? {}).toSorted());
  expect(schema?.safeParse(environment).error?.issues ?? []).toEqual([]);
});

test.each([...deployed.keys()])('%s runs on Node 24 and arm64 from its own bundle', (name) => {
  expect(deployed.get(name)?.resource.Properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
  });
});
