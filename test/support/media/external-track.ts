/** Makes the data reference of a track, counted from 0, that of another file: ISO/IEC 14496-12:2022, 8.7.2. */
export function withExternalTrack(file: Buffer, track: number): Buffer {
  const changed = Buffer.from(file);
  let at = -1;
  for (let index = 0; index <= track; index += 1) at = changed.indexOf('dref', at + 1);
  // Version, flags and number of references, then the size, the type and the version of the first one.
  changed.writeUIntBE(0, at + 4 + 8 + 8 + 1, 3);
  return changed;
}
