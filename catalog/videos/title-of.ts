/** Returns the file name of a key without directories and extension, or the whole key if nothing remains. */
export function titleOf(key: string): string {
  const name = key.split('/').findLast((part) => part !== '') ?? key;
  return name.replace(/(?<=.)\.[^.]{1,5}$/u, '') || key;
}
