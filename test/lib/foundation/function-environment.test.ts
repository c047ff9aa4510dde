import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  apiEnvSchema,
  catalogEnvSchema,
  completionEnvSchema,
  playbackEnvSchema,
  playlistEnvSchema,
  removalEnvSchema,
  stepEnvSchema,
  transcodeEnvSchema,
} from '../../../lambdas/contracts/environment.ts';
import { mapSteps } from '../../../lambdas/contracts/steps.ts';
import { at, functions, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data, pipeline, delivery } = synthesizeTemplates();
const deployed = new Map([data, pipeline, delivery].flatMap((template) => Array.from(functions(template))));

const SCHEMAS: Readonly<Record<string, z.ZodObject | undefined>> = {
  'migrate-catalog': catalogEnvSchema,
  transcode: transcodeEnvSchema,
  ...mapSteps(() => stepEnvSchema),
  completion: completionEnvSchema,
  api: apiEnvSchema,
  playback: playbackEnvSchema,
  playlist: playlistEnvSchema,
  removal: removalEnvSchema,
  'signing-key': undefined,
};

/** The environment as the function sees it, with a URL for everything that only a deployment knows. */
function environmentOf(name: string): Record<string, string> {
  const variables = at(deployed.get(name), 'resource', 'Properties', 'Environment', 'Variables') ?? {};
  const known = Object.entries(variables).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : 'https://known.only.after.deployment',
  ]);
  return Object.fromEntries(known);
}

test.each([...deployed.keys()])('%s has a handler to be bundled', (name) => {
  expect(existsSync(join(process.cwd(), 'lambdas', name, 'handler.ts'))).toBe(true);
});

test('these are all the functions', () => {
  expect([...deployed.keys()].toSorted()).toEqual(Object.keys(SCHEMAS).toSorted());
});

test.each(Object.keys(SCHEMAS))('%s is given the variables that it parses, and no others', (name) => {
  const environment = environmentOf(name);
  const schema = SCHEMAS[name];
  expect(Object.keys(environment).toSorted()).toEqual(Object.keys(schema?.shape ?? {}).toSorted());
  expect(schema?.safeParse(environment).error?.issues ?? []).toEqual([]);
});

test.each([...deployed.keys()])('%s runs on the Node that it is tested with, on arm64, from its own bundle', (name) => {
  expect(deployed.get(name)?.resource.Properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
  });
});
