import * as z from 'zod';
import type { BusEvent } from './event.ts';

/** Input of a target. @default the event itself */
export const targetInputSchema = z.object({
  /** JSON text sent in place of the event. */
  Input: z.string().optional(),
  /** JSONPath of the part of the event to send. */
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string(), z.string()).default({}),
      InputTemplate: z.string(),
    })
    .optional(),
});
export type TargetInput = z.infer<typeof targetInputSchema>;

/**
 * Returns the text that a target receives.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function renderTargetInput(
  event: BusEvent,
  input: TargetInput,
  rule: { readonly name: string; readonly arn: string },
): string {
  if (input.Input !== undefined) return input.Input;
  if (input.InputPath !== undefined) return JSON.stringify(readPath(event, input.InputPath) ?? null);
  if (input.InputTransformer === undefined) return JSON.stringify(event);
  const { InputPathsMap: paths, InputTemplate: template } = input.InputTransformer;
  const { detail: _detail, ...withoutDetail } = event;
  const variables = new Map<string, unknown>([
    ...Object.entries(paths).map(([name, path]) => [name, readPath(event, path)] as const),
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', event.time],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ]);
  return fillIn(template, variables);
}

/** Replaces variables by their JSON values, or by their text within quotation marks. */
function fillIn(template: string, variables: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (token: string, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !variables.has(name)) return token;
    const value = variables.get(name);
    if (!quoted) return JSON.stringify(value ?? null);
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

/** Reads the subset of JSONPath that EventBridge supports: names and list indices after `$`. */
function readPath(event: BusEvent, path: string): unknown {
  if (!/^\$(?:\.[\w/-]+|\[(?:\d+|'[^']+')\])*$/.test(path))
    throw new Error(`The laptop cloud does not support the path ${path}; use names and list indices after $.`);
  const steps = path.matchAll(/\.([\w/-]+)|\[(\d+)\]|\['([^']+)'\]/g);
  let value: unknown = event;
  for (const [, name, index, quoted] of steps) {
    const key = name ?? index ?? quoted ?? '';
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
