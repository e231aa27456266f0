import * as l10n from '@vscode/l10n';
import { attentionKinds } from '../model/attentionKinds';
import { headGrouping, layerCount } from '../model/modelSpec';
import { formatInteger } from '../model/units';
import { describeConditions, describeRecipe } from '../report/conditions';
import { numberColumn, textColumn, type ReportSection } from '../report/reportTable';
import type { ComparedModel } from './comparedModel';
import { comparisonTable, peakRemark } from './estimateTables';

/**
 * The estimates of two models side by side: each under its own conditions, or both at `sequenceLength` tokens
 * and otherwise their own. All of it is projected from formulas. Throws RangeError as `estimate` does.
 */
export function compareEstimates(
  first: ComparedModel,
  second: ComparedModel,
  sequenceLength?: number,
): ReportSection[] {
  const [a, b] = [atLength(first, sequenceLength), atLength(second, sequenceLength)];
  return [
    {
      title: l10n.t('Figures, estimated by formula'),
      lead: [conditions(a), conditions(b)],
      table: comparisonTable(a, b),
      remarks: [
        peakRemark(),
        l10n.t('The ratio is {0} over {1}.', b.source.name, a.source.name),
        ...[a, b].flatMap(positionRemarks),
      ],
    },
    {
      title: l10n.t('Attention layers'),
      lead: [],
      table: { columns: layerColumns(), rows: [a, b].flatMap(layerRows) },
      remarks: [],
    },
  ];
}

function atLength(side: ComparedModel, sequenceLength: number | undefined): ComparedModel {
  return sequenceLength === undefined ? side : { ...side, scenario: { ...side.scenario, sequenceLength } };
}

function conditions({ source, scenario }: ComparedModel): string {
  return l10n.t(
    '{0}: {1}; training with {2}.',
    source.name,
    describeConditions(scenario),
    describeRecipe(scenario),
  );
}

function positionRemarks({ source, scenario, model }: ComparedModel): string[] {
  const positions = model.learnedPositions;
  if (positions === undefined || scenario.sequenceLength <= positions) return [];
  return [
    l10n.t(
      '{0} has only {1} learned positions and cannot take n = {2} tokens: its figures there are about memory and operations alone.',
      source.name,
      formatInteger(positions),
      formatInteger(scenario.sequenceLength),
    ),
  ];
}

function layerColumns() {
  return [
    textColumn(l10n.t('Config')),
    textColumn(l10n.t('Layer kind')),
    numberColumn(l10n.t('Layers')),
    textColumn(l10n.t('Grouping')),
    numberColumn(l10n.t('Heads')),
    numberColumn(l10n.t('KV heads')),
    numberColumn('head_dim'),
    numberColumn(l10n.t('Window (tokens)')),
    textColumn(l10n.t('Mask')),
  ];
}

function layerRows({ source, model }: ComparedModel): string[][] {
  const kinds = attentionKinds(model).map(({ name, layers, attention }) => [
    source.name,
    name,
    formatInteger(layers),
    headGrouping(attention),
    formatInteger(attention.heads),
    formatInteger(attention.kvHeads),
    formatInteger(attention.headDim),
    attention.window === undefined ? '–' : formatInteger(attention.window),
    attention.causal ? l10n.t('causal') : l10n.t('bidirectional'),
  ]);
  if (kinds.length > 0) return kinds;
  return [
    [
      source.name,
      l10n.t('no self-attention'),
      formatInteger(layerCount(model)),
      '–',
      '–',
      '–',
      '–',
      '–',
      '–',
    ],
  ];
}
