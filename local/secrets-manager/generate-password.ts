import { randomInt } from 'node:crypto';
import * as z from 'zod';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html */
export const generateSecretStringSchema = z.strictObject({
  /** JSON object that receives the password. */
  SecretStringTemplate: z.string().optional(),
  /** Key of the password in the template object. */
  GenerateStringKey: z.string().optional(),
  PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
});
export type GenerateSecretString = z.infer<typeof generateSecretStringSchema>;

const LOWER_CASE = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** @throws Error if all characters are excluded, or the password is too short for one of each type */
export function generateSecretString(options: GenerateSecretString): string {
  const password = generatePassword(options);
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(template)), [key]: password });
}

function generatePassword(options: GenerateSecretString): string {
  const types = [
    options.ExcludeLowercase ? '' : LOWER_CASE,
    options.ExcludeUppercase ? '' : LOWER_CASE.toUpperCase(),
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : PUNCTUATION,
    options.IncludeSpace ? ' ' : '',
  ]
    .map((type) => Array.from(type).filter((character) => !options.ExcludeCharacters.includes(character)))
    .filter((type) => type.length > 0);
  const all = types.flat();
  const required = options.RequireEachIncludedType ? types : [];
  if (all.length === 0 || required.length > options.PasswordLength) {
    throw new Error(
      'GenerateSecretString: no password satisfies these options; exclude fewer characters or allow more.',
    );
  }
  const characters = required.map(pick);
  while (characters.length < options.PasswordLength) characters.push(pick(all));
  return shuffle(characters).join('');
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

/** Moves the required characters to random positions. */
function shuffle(characters: readonly string[]): readonly string[] {
  return characters
    .map((character) => ({ character, order: randomInt(2 ** 47) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ character }) => character);
}
