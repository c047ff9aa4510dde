/** Configuration before it is completed and checked. */
export type Settings = Record<string, unknown>;

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
