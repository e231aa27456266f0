import { MAX_SEARCHED_LENGTH } from '../../src/cost/longestSequence';
import { deviceCount, parallelismOf } from '../../src/cost/parallelism';
import { trainingOptions } from '../../src/cost/trainingState';
import type { PlannedTarget } from '../../src/report/panelMessages';
import type { Report } from '../../src/report/report';
import { joinPhrases } from '../../src/model/phrases';
import { attentionName, recomputationName } from '../../src/model/trainingNames';
import { formatBytes, formatInteger, formatPercent } from '../../src/model/units';
import { memoryUses } from '../controls';
import { h } from '../dom';
import { limitOwner, verdict, type Verdict } from '../model/verdict';
import { createRegion } from '../region';
import type { PanelContext } from '../section';
import { strings } from '../strings';

const words = strings.verdict;

/** Shapes beside the words, so that the answer does not hang on a colour. */
const symbols = { fits: '✓', 'too-large': '✕', unknown: '?', impossible: '✕' } as const;

/** Two cards: does inference fit, does training fit, and up to which length; on the planned device where there is one. */
export function createVerdicts({ planned }: PanelContext): {
  readonly element: HTMLElement;
  update(report: Report): void;
} {
  const region = createRegion(h('div', { class: 'verdicts', role: 'group', 'aria-label': words.heading }));
  return {
    element: region.element,
    update(report) {
      const { scenario, model, estimate, device, memoryShare } = report;
      const target = planned();
      region.render([scenario, model, estimate, device?.memoryBytes, memoryShare, target], () =>
        memoryUses.map((use) => card(verdict(report, use, target), report, target)),
      );
    },
  };
}

function card(found: Verdict, report: Report, planned: PlannedTarget | undefined): HTMLElement {
  const { scenario, model } = report;
  const { use, state, bytes, limit, positions } = found;
  const batch = formatInteger(scenario.batch);
  const basis =
    use === 'inference'
      ? words.basisInference(scenario.dtype, batch)
      : words.basisTraining(describeRecipe(scenario), scenario.dtype, batch);
  const devices = deviceCount(parallelismOf(scenario.parallelism));
  const spread = devices === 1 ? '' : words.devices(formatInteger(devices));
  return h(
    'section',
    { class: `card verdict verdict-${state}` },
    h(
      'h2',
      { class: 'verdict-line' },
      h('span', { class: 'verdict-symbol', 'aria-hidden': 'true' }, symbols[state]),
      h('span', {}, words.states[use][state]),
      h('span', { class: 'note' }, words.at(formatInteger(scenario.sequenceLength))),
    ),
    state === 'impossible' &&
      positions !== undefined &&
      h('p', { class: 'warning' }, words.noPosition(formatInteger(positions))),
    ...(limit === undefined
      ? [h('p', {}, words.needsOnly(formatBytes(bytes)))]
      : [
          meter(found, bytes / limit, planned),
          h('p', {}, needsText(bytes, limit, limitOwner(report, found.share, planned))),
        ]),
    h('p', { class: 'verdict-longest' }, longestText(found, model.maxSequenceLength)),
    h('p', { class: 'note' }, joinPhrases([basis, spread])),
  );
}

function needsText(bytes: number, limit: number, owner: string | undefined): string {
  const [needed, there, full] = [formatBytes(bytes), formatBytes(limit), formatPercent(bytes / limit)];
  return owner === undefined ? words.needs(needed, there, full) : words.needsOf(needed, there, owner, full);
}

/** The optimizer, attention and recomputation that training is estimated with, and adapters where there are any. */
function describeRecipe(scenario: Report['scenario']): string {
  const { optimizer, attention, recomputation, lora } = trainingOptions(scenario);
  return joinPhrases([
    optimizer,
    attentionName(attention),
    recomputationName(recomputation),
    lora ? words.adapters(formatInteger(lora.rank)) : '',
  ]);
}

function longestText({ longest, state, positions }: Verdict, declared: number): string {
  if (longest === undefined) return '';
  if (longest === 'unbounded') return words.longestOver(formatInteger(MAX_SEARCHED_LENGTH));
  if (longest === 'positions') return words.longestPositions(formatInteger(positions ?? declared));
  if (longest === 0) return words.longestNone;
  return state === 'fits' && longest > declared
    ? words.longestPastDeclared(formatInteger(longest), formatInteger(declared))
    : words.longest(formatInteger(longest));
}

/** How full the device's memory gets. A native element: it needs no style of its own for its width. */
function meter({ use, share }: Verdict, filled: number, planned: PlannedTarget | undefined): HTMLElement {
  const name = words.use[use];
  const full = formatPercent(filled);
  return h('progress', {
    class: 'meter',
    max: 100,
    value: Math.min(100, Math.round(filled * 100)),
    'aria-label': share
      ? words.meterServed(name, full)
      : planned
        ? words.meterPlanned(name, full, planned.name)
        : words.meter(name, full),
  });
}
