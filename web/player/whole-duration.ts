import { HlsVideoElement } from 'hls-video-element';

/*
 * Rounds durations to milliseconds. Once everything is loaded, Chromium derives the duration from the last frame, rounded down
 * to whole microseconds: 29.999999 s, which the time display would show as 0:29.
 */
const inherited = findProperty(HlsVideoElement.prototype, 'duration');
Object.defineProperty(HlsVideoElement.prototype, 'duration', {
  configurable: true,
  get(this: HlsVideoElement): number {
    return Math.round(Number(inherited?.get?.call(this)) * 1000) / 1000;
  },
});

function findProperty(prototype: object | null, name: string): PropertyDescriptor | undefined {
  if (prototype === null) return undefined;
  return Object.getOwnPropertyDescriptor(prototype, name) ?? findProperty(Reflect.getPrototypeOf(prototype), name);
}
