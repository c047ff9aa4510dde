import * as z from 'zod';
import { findBidiControl, findControlCharacter, type TextShape } from './text-rules.ts';

/**
 * Name that another system chose, which the catalog keeps as far as it can: UTF-8 cannot encode a lone surrogate, which
 * becomes U+FFFD, and PostgreSQL cannot store NUL.
 */
export const nameSchema = z
  .string()
  .overwrite((text) => text.toWellFormed())
  .refine(hasNoNul, 'must not contain the character U+0000');

const enteredSchema = z
  .string()
  .refine((text) => text.isWellFormed(), 'must not contain half of a surrogate pair, such as \\ud83d alone');

/** Text that a user wrote: trimmed, and composed (NFC), so that a text has one form wherever it was typed. */
export const textSchema = enteredSchema
  .refine(hasNoNul, 'must not contain the character U+0000')
  .overwrite(compose)
  .trim();

/** Line that a user wrote and that others see. It can neither reorder itself or the text beside it nor hide anything. */
export const shownLineSchema = shownSchema('line');

/** The same for a text of several lines, which line feeds end. */
export const shownTextSchema = shownSchema('lines');

function shownSchema(shape: TextShape) {
  return enteredSchema
    .refine((text) => findBidiControl(text) === undefined, { error: ({ input }) => describeBidiControl(String(input)) })
    .refine((text) => findControlCharacter(text, shape) === undefined, {
      error: ({ input }) => describeControlCharacter(String(input), shape),
    })
    .overwrite((text) => compose(text.replaceAll('\r\n', '\n')))
    .trim();
}

function hasNoNul(text: string): boolean {
  return !text.includes('\0');
}

function compose(text: string): string {
  return text.normalize('NFC');
}

function describeBidiControl(text: string): string {
  const { name, position } = findBidiControl(text) ?? {};
  return `must not contain ${name}, which changes the direction of the text after it; it is character ${position}`;
}

function describeControlCharacter(text: string, shape: TextShape): string {
  const { name, position } = findControlCharacter(text, shape) ?? {};
  return `must not contain the control character ${name}; it is character ${position}`;
}
