import { PUBLISHED_TAG } from '../contracts/output-layout.ts';

/** The header of a request that writes an object already published. */
export const PUBLISHED_TAGGING = new URLSearchParams([[PUBLISHED_TAG.key, PUBLISHED_TAG.value]]).toString();
