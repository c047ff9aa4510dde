/** The file name without its directories and extension; the whole key where nothing is left. */
export function titleOf(key: string): string {
  const name = key.split('/').findLast((part) => part !== '') ?? key;
  return name.replace(/(?<=.)\.[^.]{1,5}$/u, '') || key;
}
