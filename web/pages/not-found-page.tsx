import type { VNode } from 'preact';
import { t } from '../texts/texts.ts';
import { Gone } from './not-found.tsx';

export function NotFoundPage(): VNode {
  return <Gone title={t.notFound.title} text={t.notFound.text} />;
}
