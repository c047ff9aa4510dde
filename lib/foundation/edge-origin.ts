import type { Construct } from 'constructs';
import { originParameter } from './origin-parameter.ts';

/** Returns the scheme and authority of the edge, with which signed URLs and the pages' URLs begin. */
export function edgeOrigin(stack: Construct, domainName: string): string {
  return originParameter(stack, 'EdgeUrl', { label: 'the edge', defaultOrigin: `https://${domainName}` });
}
