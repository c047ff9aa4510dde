import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ConfigError, parseConfig } from '../lib/config/parse-config.ts';
import type { BundledFunctions } from '../lib/foundation/bundle-functions.ts';
import { composeSluice } from '../lib/sluice.ts';
import { settingsFrom } from './settings.ts';

/** Context that the CDK command line would pass, for running this app without it. */
const { context }: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
);

/**
 * Synthesizes the app, and prints the errors of its configuration.
 *
 * @param pages directory of the built pages
 * @returns the exit status
 */
export async function synthesizeApp({ directory, migrationsHash }: BundledFunctions, pages: string): Promise<0 | 1> {
  try {
    const app = new App({ context, analyticsReporting: false });
    // The CDK command line derives the region from the credentials; nothing else depends on the environment.
    const region = process.env['CDK_DEFAULT_REGION'];
    const config = parseConfig({ region, ...settingsFrom(app.node.getAllContext()) });
    const codeOf = (name: string): Code => Code.fromAsset(join(directory, name));
    composeSluice(app, config, { codeOf, migrationsHash }, pages);
    // CDK's own switch for its validation. The laptop cloud sets it to start faster: the rules take a fifth of a synthesis.
    if (process.env['CDK_VALIDATION'] !== 'false') {
      const { enforceSecurityRules } = await import('../lib/security-rules.ts');
      enforceSecurityRules(app);
    }
    app.synth();
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return 1;
  }
}
