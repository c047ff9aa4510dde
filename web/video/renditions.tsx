import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { format, t } from '../texts/texts.ts';

type Rendition = Video['renditions'][number];

function nameOf({ kind, width, height, language }: Rendition): string {
  if (kind === 'video' && width !== null && height !== null) return `${Math.min(width, height)}p`;
  const spoken = language === null ? null : format.languageName(language);
  return spoken === null ? t.details.kinds[kind] : `${t.details.kinds[kind]} · ${spoken}`;
}

function formatText({ width, height, frameRate, channels }: Rendition): string {
  const size = width !== null && height !== null ? `${width} × ${height}` : null;
  const rate = frameRate === null ? null : t.details.fps(format.decimal(frameRate));
  const audio = channels === null ? null : t.details.channels(channels);
  return [size, rate, audio].filter((part) => part !== null).join(' · ') || t.unknown;
}

function compareLargestFirst(a: Rendition, b: Rendition): number {
  return Number(b.kind === 'video') - Number(a.kind === 'video') ||
  (b.height ?? 0) - (a.height ?? 0) ||
  b.averageBps - a.averageBps;
}

export function Renditions({ renditions }: { renditions: readonly Rendition[] }): VNode {
  return (
    <>
      <h3 id="renditions-title">{t.details.renditions}</h3>
      {/* Focusable, so that a table that is too wide can be scrolled by keyboard. */}
      <div class="table-frame" role="region" aria-labelledby="renditions-title" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.details.rendition}</th>
              <th scope="col">{t.details.resolution}</th>
              <th scope="col">{t.details.codecs}</th>
              <th scope="col" class="number">{t.details.bitrate}</th>
              <th scope="col" class="number">{t.details.peak}</th>
              <th scope="col" class="number">{t.details.size}</th>
            </tr>
          </thead>
          <tbody>
            {renditions.toSorted(compareLargestFirst).map((rendition) => (
              <tr key={rendition.name}>
                <th scope="row">{nameOf(rendition)}</th>
                <td>{formatText(rendition)}</td>
                <td class="code">{rendition.codecs}</td>
                <td class="number">{format.bitrate(rendition.averageBps)}</td>
                <td class="number">{format.bitrate(rendition.peakBps)}</td>
                <td class="number">{format.bytes(rendition.sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
