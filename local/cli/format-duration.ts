/** Returns a duration as players show it, in whole elapsed seconds, but at least `0:01`: `0:30`, `1:02:03`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(Math.floor(durationMs / 1000), durationMs > 0 ? 1 : 0);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
