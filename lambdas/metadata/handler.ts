import { stepHandler } from '../chain/step-handler.ts';
import { recordMetadata } from './record-metadata.ts';

export const handler = stepHandler('metadata', (tools) => (encode) => recordMetadata(tools, encode));
