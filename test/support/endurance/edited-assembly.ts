import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeState, spawnLaptopCloud } from '../laptop-cloud.ts';
import { type CloudClients, connectTo } from '../shared-cloud.ts';

export type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

/** Synthesized assembly whose templates a test edits. */
export class EditedAssembly {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @param context settings by key */
  static async synthesize(context: Readonly<Record<string, string>> = {}): Promise<EditedAssembly> {
    const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
    const variables = { CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(context) };
    await promisify(execFile)(process.execPath, ['bin/app.ts'], { env: { ...process.env, ...variables } });
    return new EditedAssembly(directory);
  }

  /** Returns the paths of the templates of the matching stacks. */
  templates(stack: RegExp): string[] {
    return readdirSync(this.#directory)
      .filter((name) => name.endsWith('.template.json') && stack.test(name))
      .map((name) => join(this.#directory, name));
  }

  /**
   * Runs the laptop cloud with edited templates of the matching stacks, and then reverts the edits.
   *
   * @param kept state directory that is left behind. @default a new one, which is removed
   */
  async run(
    stack: RegExp,
    edit: (text: string) => string,
    use: (cloud: CloudClients & { readonly stateDirectory: string }) => Promise<void>,
    kept?: string,
  ): Promise<void> {
    const originals = this.templates(stack).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
    for (const { path, text } of originals) writeFileSync(path, edit(text));
    try {
      const handle = await spawnLaptopCloud({
        args: ['--assembly', this.#directory],
        ...(kept !== undefined && { stateDirectory: kept }),
      });
      try {
        await use({ ...connectTo(handle.stateDirectory), stateDirectory: handle.stateDirectory });
      } finally {
        await handle.stop();
        if (kept === undefined) await removeState(handle.stateDirectory);
      }
    } finally {
      for (const { path, text } of originals) writeFileSync(path, text);
    }
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

/** Makes an edit of a template's text of a change to its resources. */
export function withResources(change: (resources: Resources) => void) {
  return (text: string): string => {
    const template = JSON.parse(text) as { Resources: Resources };
    change(template.Resources);
    return JSON.stringify(template);
  };
}

export function idsOfType(resources: Resources, type: string): string[] {
  return Object.keys(resources).filter((id) => resources[id]?.Type === type);
}
