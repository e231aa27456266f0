import * as l10n from '@vscode/l10n';
import type { FieldSource } from '../model/modelSpec';
import type { Recipe } from '../model/recipe';
import { textColumn, type ReportSection } from './reportTable';

/** Characters of a value that a table shows. */
const LONGEST_VALUE = 60;

/** What a training or serving config says of how the model is run, each with the key that says it. */
export function recipeSection(recipe: Recipe, modelNote: string | undefined): ReportSection {
  return {
    title: l10n.t('Recipe ({0}, {1})', recipe.framework, purposeName(recipe.purpose)),
    lead: [
      ...(recipe.model ? [l10n.t('Model: {0}, named by {1}.', recipe.model.name, recipe.model.path)] : []),
      ...(modelNote === undefined ? [] : [modelNote]),
    ],
    table: {
      columns: [textColumn(l10n.t('Figure')), textColumn(l10n.t('Value')), textColumn(l10n.t('Comes from'))],
      rows: Object.entries(recipe.fields)
        .filter(([property]) => property !== 'model')
        .map(([property, source]) => [property, textOf(valueAt(recipe, property)), placeOf(source)]),
    },
    remarks: recipe.assumptions.map((assumption) => l10n.t('Assumed: {0}', assumption)),
  };
}

function purposeName(purpose: Recipe['purpose']): string {
  switch (purpose) {
    case 'training':
      return l10n.t('training');
    case 'serving':
      return l10n.t('serving');
    case 'companion':
      return l10n.t('companion');
  }
}

/** The figure as it is counted with: `parallelism.tensor` of the recipe. */
function valueAt(recipe: Recipe, property: string): unknown {
  return property
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      recipe,
    );
}

function textOf(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function placeOf(source: FieldSource): string {
  return source.kind === 'key' ? `${source.path}: ${textOf(source.value)}` : source.rule;
}
