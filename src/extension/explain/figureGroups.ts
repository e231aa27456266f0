import * as l10n from '@vscode/l10n';
import type { Estimate } from '../../cost/estimate';
import { figureKeys, figureOf, type FigureKey } from '../../explain/figureKeys';
import { figureText } from '../../explain/numberText';

/** A figure that can be derived, with its value and unit. */
export interface ListedFigure {
  readonly key: FigureKey;
  readonly title: string;
  readonly text: string;
}

export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly ListedFigure[];
}

/** Beginnings of keys, the longer before the shorter that it begins with, and what their figures are about. */
const groups: readonly { readonly prefix: string; readonly title: () => string }[] = [
  { prefix: 'memory.training.', title: () => l10n.t('Memory of training') },
  { prefix: 'memory.', title: () => l10n.t('Memory of inference') },
  { prefix: 'flops.', title: () => l10n.t('Compute') },
  { prefix: 'parameters.', title: () => l10n.t('Parameters') },
  { prefix: 'perDevice.', title: () => l10n.t('On the most loaded device') },
];

/** In the order in which they are listed: what is asked about most comes first. */
const order = ['memory.', 'memory.training.', 'flops.', 'parameters.', 'perDevice.'] as const;

/**
 * Every figure of `estimate` that can be derived, by what it is about. Those of one device are left out where there
 * is only one: they are those of the whole.
 */
export function figureGroups(estimate: Estimate): FigureGroup[] {
  const figures = figureKeys.map(({ key, title, unit }) => ({
    key,
    title: title(),
    text: figureText(figureOf(estimate, key), unit),
    prefix: groups.find(({ prefix }) => key.startsWith(prefix))?.prefix,
  }));
  return order
    .filter((prefix) => prefix !== 'perDevice.' || estimate.perDevice.devices > 1)
    .map((wanted) => ({
      title: groups.find(({ prefix }) => prefix === wanted)?.title() ?? '',
      figures: figures
        .filter(({ prefix }) => prefix === wanted)
        .map(({ key, title, text }) => ({ key, title, text })),
    }));
}
