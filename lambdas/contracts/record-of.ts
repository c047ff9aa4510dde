/** Returns an object that holds a derived value for each key. */
export function recordOf<Key extends string, Value>(
  keys: readonly Key[],
  derive: (key: Key) => Value,
): Record<Key, Value>;
// The overload states what `Object.fromEntries` cannot: the object has exactly these keys.
export function recordOf(keys: readonly string[], derive: (key: string) => unknown): object {
  return Object.fromEntries(keys.map((key) => [key, derive(key)]));
}
