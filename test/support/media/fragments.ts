/** Makes consecutive fragments of 1000 bytes each, the first at byte 500. */
export function fragments(...durations: number[]) {
  let decodeTime = 0;
  return durations.map((duration, index) => {
    const fragment = { offset: 500 + index * 1000, size: 1000, decodeTime, duration };
    decodeTime += duration;
    return fragment;
  });
}
