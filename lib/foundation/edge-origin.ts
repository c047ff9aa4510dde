import type { Construct } from 'constructs';
import { originParameter } from './origin-parameter.ts';

/** Scheme and authority of the edge, as signed URLs and the address of the pages begin. */
export function edgeOrigin(stack: Construct, domainName: string): string {
  return originParameter(stack, 'EdgeUrl', { label: 'the edge', defaultOrigin: `https://${domainName}` });
}
