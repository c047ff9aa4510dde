import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { ConfigError, parseConfig } from '../lib/config/config.ts';
import { bundleFunctions } from '../lib/foundation/bundle-functions.ts';
import { composeSluice } from '../lib/sluice.ts';
import { buildPages } from '../lib/pages/build-pages.ts';
import { settingsFrom } from './settings.ts';

/** The defaults that the CDK command line reads by itself, for whoever starts this file without it. */
const { context }: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
);

try {
  const app = new App({ context, analyticsReporting: false });
  // The CDK command line knows from the credentials where it deploys to; nothing else here depends on the environment.
  const region = process.env['CDK_DEFAULT_REGION'];
  const config = parseConfig({ region, ...settingsFrom(app.node.getAllContext()) });
  composeSluice(app, config, bundleFunctions(), buildPages());
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
