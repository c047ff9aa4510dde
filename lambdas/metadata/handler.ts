import { stepHandler } from '../runtime/step-handler.ts';
import { recordMetadata } from './record-metadata.ts';

export const handler = stepHandler('metadata', (tools) => (encode) => recordMetadata(tools, encode));
