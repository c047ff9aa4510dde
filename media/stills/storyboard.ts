import type { StoryboardLayout } from './storyboard-layout.ts';

/** An image that holds a grid of thumbnails. */
export interface TiledImage {
  readonly uri: string;
  /** Duration that its thumbnails cover; the last image may cover less. */
  readonly durationSeconds: number;
}

/** Tiled thumbnails as they were produced. */
export interface Storyboard extends StoryboardLayout {
  readonly images: readonly TiledImage[];
}
