import type { FieldSource } from '../model/modelSpec';
import type { Recipe } from '../model/recipe';
import { textColumn, type ReportSection } from './reportTable';

/** Characters of a value that a table shows. */
const LONGEST_VALUE = 60;

/** What a training or serving config says of how the model is run, each with the key that says it. */
export function recipeSection(recipe: Recipe, modelNote: string | undefined): ReportSection {
  return {
    title: `Recipe (${recipe.framework}, ${recipe.purpose})`,
    lead: [
      ...(recipe.model ? [`Model: ${recipe.model.name}, named by ${recipe.model.path}.`] : []),
      ...(modelNote === undefined ? [] : [modelNote]),
    ],
    table: {
      columns: [textColumn('Figure'), textColumn('Value'), textColumn('From')],
      rows: Object.entries(recipe.fields)
        .filter(([property]) => property !== 'model')
        .map(([property, source]) => [property, valueOf(source), placeOf(source)]),
    },
    remarks: recipe.assumptions.map((assumption) => `Assumed: ${assumption}`),
  };
}

function valueOf(source: FieldSource): string {
  if (source.kind !== 'key') return '–';
  const text = typeof source.value === 'string' ? source.value : JSON.stringify(source.value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function placeOf(source: FieldSource): string {
  return source.kind === 'key' ? source.path : source.rule;
}
