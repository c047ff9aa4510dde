import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { ConfigError, parseConfig } from '../lib/config/parse-config.ts';
import { bundleFunctions } from '../lib/foundation/bundle-functions.ts';
import { composeSluice } from '../lib/sluice.ts';
import { buildPages } from '../lib/pages/build-pages.ts';
import { settingsFrom } from './settings.ts';

/** Context that the CDK command line would pass, for running this file without it. */
const { context }: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
);

try {
  const app = new App({ context, analyticsReporting: false });
  // The CDK command line derives the region from the credentials; nothing else depends on the environment.
  const region = process.env['CDK_DEFAULT_REGION'];
  const config = parseConfig({ region, ...settingsFrom(app.node.getAllContext()) });
  composeSluice(app, config, bundleFunctions(), buildPages());
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
