import { basename } from 'node:path';
import { estimate } from '../cost/estimateModel';
import { explain } from '../explain/explain';
import { figureKeys, figureOf, type FigureKey } from '../explain/figureKeys';
import { figureText } from '../explain/numberText';
import { parseFigureKey } from '../explain/parseFigureKey';
import { explanationText, lineCounter, type SourcePlace } from '../explain/text';
import { describeConditions, describeRecipe } from '../report/conditions';
import { numberColumn, textColumn, type ReportSection } from '../report/reportTable';
import { exitCode, type ExitCode } from './exitCode';
import { UsageError } from './inputError';
import { loadModel, type LoadedModel } from './loadModel';
import type { ExplainCommand } from './parseCommand';
import { styleFor, terminalText } from './terminalText';
import { writeText } from './writeText';

/**
 * Prints how a figure of the estimate comes about, or without a figure the list of those that can be explained.
 * @throws InputError where the config cannot be read; UsageError for a figure that is none.
 */
export async function explainCommand(command: ExplainCommand): Promise<ExitCode> {
  const key = command.figure === undefined ? undefined : figureNamed(command.figure);
  const loaded = await loadModel(command.file, command.conditions);
  const { model, scenario, source } = loaded;
  const style = styleFor(process.stdout, process.env['NO_COLOR']);
  if (key === undefined) {
    const list = figureList(loaded);
    const text = command.json
      ? `${JSON.stringify(Object.fromEntries(list.map(({ key: name, value }) => [name, value])), null, 2)}\n`
      : terminalText([listSection(loaded, list)], style);
    await writeText(process.stdout, text);
    return exitCode.done;
  }
  const derivation = explain(model, scenario, key);
  if (command.json) {
    await writeText(process.stdout, `${JSON.stringify({ config: source.name, ...derivation }, null, 2)}\n`);
    return exitCode.done;
  }
  const recipe = /training/i.test(key) ? ` Training with ${describeRecipe(scenario)}.` : '';
  const heading = `${style.bold(source.name)}\n\n  ${describeConditions(scenario)}.${recipe}\n\n`;
  await writeText(process.stdout, heading + explanationText(derivation, placeOf(loaded, command.file)));
  return exitCode.done;
}

/** @throws UsageError for a text that names no figure, with the nearest that there are. */
function figureNamed(text: string): FigureKey {
  const parsed = parseFigureKey(text);
  if (parsed.kind === 'figure') return parsed.key;
  throw new UsageError(
    `There is no figure "${text}". Did you mean ${parsed.nearest.join(', ')}? Without a figure, explain lists them all.`,
  );
}

interface ListedFigure {
  readonly key: FigureKey;
  readonly title: string;
  readonly value: number;
  readonly text: string;
}

function figureList({ model, scenario }: LoadedModel): ListedFigure[] {
  const figures = estimate(model, scenario);
  return figureKeys.map(({ key, title, unit }) => {
    const value = figureOf(figures, key);
    return { key, title: title(), value, text: figureText(value, unit) };
  });
}

function listSection({ scenario, source }: LoadedModel, list: readonly ListedFigure[]): ReportSection {
  return {
    title: `Figures of ${source.name} (by formula)`,
    lead: [`${describeConditions(scenario)}.`],
    table: {
      columns: [textColumn('Figure'), textColumn('Meaning'), numberColumn('Value')],
      rows: list.map(({ key, title, text }) => [key, title, text]),
    },
    remarks: ['headroom explain FILE FIGURE derives one of them.'],
  };
}

/** Lines of the config's text; none where the model's shape is from another file or from a header. */
function placeOf({ text, modelSource }: LoadedModel, file: string): SourcePlace | undefined {
  if (text === '' || modelSource !== undefined) return undefined;
  return { file: file === '-' ? 'standard input' : basename(file), lineAt: lineCounter(text) };
}
