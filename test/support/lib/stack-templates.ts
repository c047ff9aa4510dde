import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeTemplates } from './synthesize.ts';

/** Templates of the app's stacks by name, without hashes of assets. */
export type StackTemplates = Readonly<Record<string, unknown>>;

const made = new Map<string, StackTemplates>();

/**
 * Returns the templates of all stacks with stubs for functions and pages, so that only the app's constructs change them. The
 * same settings are synthesized once.
 */
export function makeStackTemplates(settings: Record<string, unknown>): StackTemplates {
  const key = JSON.stringify(settings);
  const templates = made.get(key) ?? synthesize(settings);
  made.set(key, templates);
  return templates;
}

function synthesize(settings: Record<string, unknown>): StackTemplates {
  const pages = mkdtempSync(join(tmpdir(), 'pages-'));
  try {
    writeFileSync(join(pages, 'index.html'), '<!doctype html>');
    const { data, pipeline, delivery, operations } = synthesizeTemplates(settings, undefined, pages);
    const stacks = { SluiceData: data, SluicePipeline: pipeline, SluiceDelivery: delivery, SluiceOperations: operations };
    return JSON.parse(JSON.stringify(stacks, (_key, value: unknown) => withoutHash(value))) as StackTemplates;
  } finally {
    rmSync(pages, { recursive: true });
  }
}

function withoutHash(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\b[0-9a-f]{64}(?=\.zip$|$)/g, 'asset') : value;
}
