import { randomUUID } from 'node:crypto';
import { sqsError } from './sqs-error.ts';

const FORM = /^(?<id>[0-9a-f-]{36})\.[0-9a-f-]{36}$/;

/** Makes a handle for one receive of one message. */
export function makeReceiptHandle(messageId: string): string {
  return Buffer.from(`${messageId}.${randomUUID()}`).toString('base64url');
}

/** Returns the message's id. @throws ApiError `ReceiptHandleIsInvalid` */
export function parseReceiptHandle(receiptHandle: string): string {
  const id = FORM.exec(Buffer.from(receiptHandle, 'base64url').toString())?.groups?.['id'];
  if (id === undefined) throw sqsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  return id;
}
