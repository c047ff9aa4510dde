/** Colors that a source states, in the names of MediaConvert's Probe. */
export interface SourceColor {
  readonly matrixCoefficients?: string | undefined;
  readonly transferCharacteristics?: string | undefined;
  readonly colorPrimaries?: string | undefined;
  /** Whether samples use the full range of code values. @default false */
  readonly fullRange?: boolean | undefined;
  /** Name of the codec. Some codecs imply colors. */
  readonly codec?: string | undefined;
}

/** Colors of a source, which may change within it. */
export interface ChangingColor extends SourceColor {
  /** Colors of the parts that last at least a second, if they differ, in the order of their first appearance. */
  readonly colorChange?: { readonly colors: readonly SourceColor[] };
}

/** Returns undefined for values that state no color. */
export function specified(value: string | undefined): string | undefined {
  return value === undefined || value === 'UNSPECIFIED' || value === 'RESERVED' || value === 'LAST' ? undefined : value;
}
