/**
 * Counts the characters of a text as every limit of this project does: Unicode code points, the measure of JSON Schema's
 * `maxLength`. An emoji of several code points counts as several.
 * https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.1
 */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}
