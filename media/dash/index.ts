export { type AudioRepresentation, type Presentation, type ThumbnailTiles, type VideoRepresentation, writeMpd } from './mpd.ts';
