import type { Statement } from '../access/place-statements.ts';
import type { Resources } from './edited-assembly.ts';

/** Removes the matching statements from the policies of a template. @throws Error if none matches */
export function dropStatements(
  resources: Resources,
  matches: (statement: Statement & { readonly Principal?: { readonly Service?: string } }, logicalId: string) => boolean,
): void {
  let dropped = 0;
  for (const [logicalId, { Properties: properties = {} }] of Object.entries(resources)) {
    const document = properties['PolicyDocument'] as { Statement: Statement[] } | undefined;
    if (document === undefined) continue;
    const kept = document.Statement.filter((statement) => !matches(statement, logicalId));
    dropped += document.Statement.length - kept.length;
    document.Statement = kept;
  }
  if (dropped === 0) throw new Error('No statement matches.');
}
