import * as v from 'valibot';
import * as vscode from 'vscode';
import { longestSequence, shortestSequence } from '../model/sequenceLength';

/** What a command about a config was asked for. */
export interface ConfigArgument {
  /** Absent: the config in front. */
  readonly uri?: vscode.Uri;
  /** Tokens. */
  readonly sequenceLength?: number;
  /** Key of a figure of the estimate, as text. */
  readonly figure?: string;
}

const length = v.pipe(v.number(), v.integer(), v.minValue(shortestSequence), v.maxValue(longestSequence));
const schema = v.object({
  uri: v.string(),
  sequenceLength: v.optional(v.fallback(v.optional(length), undefined)),
  figure: v.optional(v.fallback(v.optional(v.string()), undefined)),
});

/**
 * Reads what a menu, a link or another extension passes: a Uri, or an object with the Uri as text, since a Uri inside
 * a link arrives as text. Anything else asks for the config in front.
 */
export function parseConfigArgument(argument: unknown): ConfigArgument {
  if (argument instanceof vscode.Uri) return { uri: argument };
  const result = v.safeParse(schema, argument);
  if (!result.success) return {};
  const { uri, sequenceLength, figure } = result.output;
  try {
    return {
      uri: vscode.Uri.parse(uri, true),
      ...(sequenceLength !== undefined && { sequenceLength }),
      ...(figure !== undefined && { figure }),
    };
  } catch {
    return {};
  }
}
