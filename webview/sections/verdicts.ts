import { MAX_SEARCHED_LENGTH } from '../../src/cost/longestSequence';
import { deviceCount, parallelismOf } from '../../src/cost/parallelism';
import { trainingOptions } from '../../src/cost/trainingState';
import type { Report } from '../../src/report/report';
import { joinPhrases } from '../../src/model/phrases';
import { attentionName, recomputationName } from '../../src/model/trainingNames';
import { formatBytes, formatInteger, formatPercent } from '../../src/model/units';
import { memoryUses } from '../controls';
import { h } from '../dom';
import { verdict, type Verdict } from '../model/verdict';
import { createRegion } from '../region';
import { strings } from '../strings';

const words = strings.verdict;

/** Shapes beside the words, so that the answer does not hang on a colour. */
const symbols = { fits: '✓', 'too-large': '✕', unknown: '?', impossible: '✕' } as const;

/** Two cards: does inference fit, does training fit, and up to which length. */
export function createVerdicts(): { readonly element: HTMLElement; update(report: Report): void } {
  const region = createRegion(h('div', { class: 'verdicts', role: 'group', 'aria-label': words.heading }));
  return {
    element: region.element,
    update(report) {
      const { scenario, model, estimate, device } = report;
      region.render([scenario, model, estimate, device?.memoryBytes], () =>
        memoryUses.map((use) => card(verdict(report, use), report)),
      );
    },
  };
}

function card(found: Verdict, { scenario, model }: Report): HTMLElement {
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
          meter(use, bytes / limit),
          h('p', {}, words.needs(formatBytes(bytes), formatBytes(limit), formatPercent(bytes / limit))),
        ]),
    h('p', { class: 'verdict-longest' }, longestText(found, model.maxSequenceLength)),
    h('p', { class: 'note' }, joinPhrases([basis, spread])),
  );
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
function meter(use: Verdict['use'], share: number): HTMLElement {
  return h('progress', {
    class: 'meter',
    max: 100,
    value: Math.min(100, Math.round(share * 100)),
    'aria-label': words.meter(words.use[use], formatPercent(share)),
  });
}
