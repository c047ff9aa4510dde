import * as z from 'zod';
import type { ChangeCursor } from '../../catalog/videos/list-changes.ts';
import { ProblemError } from './problems.ts';

/** Encodes a cursor, opaque to clients, as base64url of JSON. */
function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode<Schema extends z.ZodType>(schema: Schema, cursor: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    const errors = [{ pointer: '?cursor', detail: 'is not a cursor that this API issued' }];
    throw new ProblemError('invalid_request', { errors });
  }
}

const listCursorSchema = z.tuple([z.literal('videos'), z.uuid()]);

/** Returns the cursor after a page. @param videoId id of its last video */
export function listCursor(videoId: string): string {
  return encode(['videos', videoId]);
}

/** Returns the video id of a cursor. @throws ProblemError `invalid_request` */
export function readListCursor(cursor: string): string {
  return decode(listCursorSchema, cursor)[1];
}

const changeCursorSchema = z.tuple([z.literal('changes'), z.number().int().nonnegative(), z.guid()]);

export function changeCursor({ xid, videoId }: ChangeCursor): string {
  return encode(['changes', xid, videoId]);
}

/** Returns the feed position of a cursor. @throws ProblemError `invalid_request` */
export function readChangeCursor(cursor: string): ChangeCursor {
  const [, xid, videoId] = decode(changeCursorSchema, cursor);
  return { xid, videoId };
}
