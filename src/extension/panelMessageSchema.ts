import * as v from 'valibot';
import { longestSequence, shortestSequence } from '../model/sequenceLength';
import type { PanelMessage } from '../report/panelMessages';

const name = v.pipe(v.string(), v.maxLength(200));

const schema = v.variant('type', [
  v.strictObject({ type: v.literal('ready') }),
  v.strictObject({ type: v.literal('retry') }),
  v.strictObject({ type: v.literal('cancel') }),
  v.strictObject({
    type: v.literal('profileAt'),
    sequenceLength: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(shortestSequence),
      v.maxValue(longestSequence),
    ),
  }),
  v.strictObject({ type: v.literal('apply'), layerKind: name, mechanism: name }),
  v.strictObject({ type: v.literal('export'), format: v.picklist(['html', 'json', 'markdown']) }),
  v.strictObject({ type: v.literal('openConfig') }),
  v.strictObject({ type: v.literal('showLog') }),
]);

/** `value` as a message of the panel, or undefined: a webview's messages are checked, never trusted. */
export function parsePanelMessage(value: unknown): PanelMessage | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}
