import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { CHECKED_DEPLOYMENTS, synthesizeDeployments } from '../support/lib/templates/checked-deployments.ts';

const HELP = `Checks the templates of ${Object.keys(CHECKED_DEPLOYMENTS).join(', ')} with cfn-lint.

  npm run lint:templates

Exits with status 1 if cfn-lint reports anything, or if it is not installed and CI is set. Without CI, a missing cfn-lint
skips the check. Install it with: pip install cfn-lint
`;

const run = promisify(execFile);

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Checks the templates with cfn-lint, whose exceptions are in `.cfnlintrc`. @returns the exit status */
async function lintTemplates(): Promise<0 | 1> {
  const version = await run('cfn-lint', ['--version']).catch(() => undefined);
  if (version === undefined) {
    print(`${process.env['CI'] ? 'Failed' : 'Skipped'}: templates, since cfn-lint is not installed (pip install cfn-lint).`);
    return process.env['CI'] ? 1 : 0;
  }
  const directory = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    const deployments = Object.entries(synthesizeDeployments(CHECKED_DEPLOYMENTS));
    let status: 0 | 1 = 0;
    for (const [name, stacks] of deployments) {
      const files = Object.entries(stacks).map(([stack, template]) => {
        const file = join(directory, `${stack}.template.json`);
        writeFileSync(file, JSON.stringify(template, null, 1));
        return file;
      });
      const settings = Object.values(CHECKED_DEPLOYMENTS).find(({ stackPrefix }) => `${stackPrefix}Data` in stacks);
      const regions = new Set(['us-east-1', settings !== undefined && 'region' in settings ? settings.region : 'us-east-1']);
      const findings = await run('cfn-lint', ['--regions', ...regions, '--', ...files]).then(
        () => '',
        ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
      );
      print(findings === '' ? `${name}: ${files.length} templates without a finding` : findings);
      if (findings !== '') status = 1;
    }
    return status;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
if (values.help === true) print(HELP);
else process.exitCode = await lintTemplates();
