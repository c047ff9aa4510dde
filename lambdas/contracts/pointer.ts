import * as z from 'zod';

/** Stream at a video's permanent address. */
const pointerTargetSchema = z.discriminatedUnion('kind', [
  /** Source of a revision, packaged just in time. */
  z.strictObject({ kind: z.literal('source'), revision: z.number().int().positive() }),
  /** Renditions of a revision. */
  z.strictObject({ kind: z.literal('encode'), revision: z.number().int().positive(), attemptId: z.string().regex(/^[a-z0-9]{8,32}$/) }),
]);
export type PointerTarget = z.infer<typeof pointerTargetSchema>;

/**
 * Content of the object at `pointerKey`, as JSON. It is tagged as published, also when nothing plays, so that readers can tell a
 * withdrawn video from missing storage.
 */
export const pointerSchema = z.strictObject({
  /** Number of the state in the catalog that the pointer shows; a writer never replaces a higher one. */
  number: z.number().int().nonnegative(),
  /** Null for a withdrawn or deleted video: nothing of it may be played. */
  target: pointerTargetSchema.nullable(),
  /** Played while the objects of the target are missing. */
  previous: pointerTargetSchema.nullable(),
});
export type Pointer = z.infer<typeof pointerSchema>;
