import type { ComponentChildren, VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { formatClock } from '../texts/format.ts';
import { format, t } from '../texts/texts.ts';
import { Renditions } from './renditions.tsx';
import { WarningFacts } from './warnings.tsx';

/** Display names of the containers that the chain detects. */
const CONTAINERS: Readonly<Record<string, string>> = {
  isobmff: 'MP4 / MOV',
  matroska: 'Matroska',
  webm: 'WebM',
  mpegts: 'MPEG-TS',
  mpegps: 'MPEG-PS',
  flv: 'FLV',
  avi: 'AVI',
  mxf: 'MXF',
  asf: 'ASF',
  ogg: 'Ogg',
};

function containerText(container: string | null): string {
  return container === null ? t.unknown : (CONTAINERS[container] ?? container);
}

type Track = Video['source']['audio'][number];

function joinParts(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ') || t.unknown;
}

function videoText(track: Track): string {
  return joinParts([
    track.codec,
    track.width !== null && track.height !== null ? `${track.width} × ${track.height}` : null,
    track.frameRate === null ? null : t.details.fps(format.decimal(track.frameRate)),
  ]);
}

function audioText(track: Track): string {
  return joinParts([
    track.codec,
    track.channels === null ? null : t.details.channels(track.channels),
    track.language === null ? null : format.languageName(track.language),
  ]);
}

/** Returns the price of the output once it is known, before that the estimate. */
function priceText({ price, priceUsd }: Video): string {
  const tier = price === null ? null : t.details.tiers[price.tier];
  if (priceUsd !== null) return joinParts([format.usd(priceUsd), tier]);
  return joinParts([price === null ? null : t.details.estimate(format.usd(price.estimatedUsd)), tier]);
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function AudioTracks({ tracks }: { tracks: readonly Track[] }): VNode {
  return (
    <>
      {tracks.length === 0
        ? t.details.noAudio
        : tracks.map((track, index) => (
            <span key={index} class="audio-track">
              {audioText(track)}
            </span>
          ))}
    </>
  );
}

/** Technical details of the source file and its renditions, with the encoding cost. */
export function Details({ video }: { video: Video }): VNode {
  const { source, renditions } = video;
  const storedBytes = renditions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <section class="panel details" aria-labelledby="details-title">
      <h2 id="details-title">{t.details.title}</h2>
      <h3>{t.details.source}</h3>
      <dl class="facts-list">
        {source.fileName !== null && <Fact name={t.details.fileName}><bdi>{source.fileName}</bdi></Fact>}
        <Fact name={t.details.size}>{source.sizeBytes === null ? t.unknown : format.bytes(source.sizeBytes)}</Fact>
        <Fact name={t.details.container}>{containerText(source.container)}</Fact>
        <Fact name={t.details.duration}>{video.durationMs === null ? t.unknown : formatClock(video.durationMs)}</Fact>
        <Fact name={t.details.video}>{source.video === null ? t.unknown : videoText(source.video)}</Fact>
        {source.video !== null && (
          <Fact name={t.details.audio}>
            <AudioTracks tracks={source.audio} />
          </Fact>
        )}
        <Fact name={t.details.uploaded}>{format.dateTime(video.createdAt)}</Fact>
        {video.revision !== null && <Fact name={t.details.revision}>{format.decimal(video.revision)}</Fact>}
        {(video.price !== null || video.priceUsd !== null) && <Fact name={t.details.price}>{priceText(video)}</Fact>}
        {storedBytes > 0 && <Fact name={t.details.stored}>{format.bytes(storedBytes)}</Fact>}
      </dl>
      <WarningFacts video={video} />
      {renditions.length > 0 && <Renditions renditions={renditions} />}
    </section>
  );
}
