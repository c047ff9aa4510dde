/** Returns a number with its noun: `1 video`, `2 videos`. @param plural of nouns that form it otherwise than with an s */
export function countNouns(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
