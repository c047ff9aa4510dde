export { type ImagePlaylist, type TileImage, writeImagePlaylist } from './image-playlist.ts';
export { type MediaPlaylist, writeMediaPlaylist } from './media-playlist.ts';
export { type AudioMedia, type ImageVariant, type Variant, writeMultivariantPlaylist } from './multivariant-playlist.ts';
export { peakSegmentBitrate } from './peak-bitrate.ts';
