import { spawnSync } from 'node:child_process';

/** Returns the names that Drizzle exports in a new process, after running a script. */
function listExports(script: string): string[] {
  const names = `for (const path of ['drizzle-orm', 'drizzle-orm/pg-core', 'drizzle-orm/aws-data-api/pg'])
    console.log(Object.keys(await import(path)).join('\\n'));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', `${script}; ${names}`], {
    encoding: 'utf8',
  });
  return stdout.trim().split('\n');
}

test('loads the same Drizzle as Node’s own resolution', () => {
  const hooked = listExports(`(await import('./local/cli/resolve-drizzle.ts')).resolveDrizzleFast()`);
  expect(hooked).toContain('pgTable');
  expect(hooked).toEqual(listExports(''));
});
