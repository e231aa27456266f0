import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parseEstimateInput, parseProfileInput, toolParameters } from '../../src/extension/tools/toolInput';
import { toolNames } from '../../src/extension/tools/toolNames';
import { dtypes } from '../../src/model/dtype';

const parameter = v.looseObject({
  type: v.picklist(['string', 'integer', 'number']),
  description: v.pipe(v.string(), v.minLength(20)),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
  enum: v.optional(v.array(v.string())),
});
const tool = v.looseObject({
  name: v.string(),
  modelDescription: v.pipe(v.string(), v.minLength(200)),
  canBeReferencedInPrompt: v.literal(true),
  inputSchema: v.strictObject({
    type: v.literal('object'),
    additionalProperties: v.literal(false),
    required: v.optional(v.array(v.string())),
    properties: v.record(v.string(), parameter),
  }),
});

function declared(): Map<string, v.InferOutput<typeof tool>> {
  const manifest = v.parse(
    v.looseObject({ contributes: v.looseObject({ languageModelTools: v.array(tool) }) }),
    JSON.parse(readFileSync('package.json', 'utf8')),
  );
  return new Map(manifest.contributes.languageModelTools.map((each) => [each.name, each]));
}

describe('the tools in the manifest', () => {
  it('are those that are registered, with the parameters that are read', () => {
    const tools = declared();
    assert.deepEqual([...tools.keys()].sort(), Object.values(toolNames).sort());
    for (const name of ['estimate', 'profile'] as const) {
      const properties = tools.get(toolNames[name])?.inputSchema.properties ?? {};
      assert.deepEqual(Object.keys(properties).sort(), [...toolParameters[name]].sort());
    }
    assert.deepEqual(tools.get(toolNames.estimate)?.inputSchema.properties['dtype']?.enum, [...dtypes]);
    assert.deepEqual(tools.get(toolNames.profile)?.inputSchema.required, ['file']);
  });

  it('allow the numbers that are read, and no others', () => {
    for (const [id, { inputSchema }] of declared()) {
      const parse = id === toolNames.estimate ? parseEstimateInput : parseProfileInput;
      for (const [key, { minimum, maximum }] of Object.entries(inputSchema.properties)) {
        if (minimum === undefined || maximum === undefined) continue;
        for (const value of [minimum, maximum]) parse({ file: 'a', [key]: value });
        for (const value of [minimum - 1, maximum + 1]) {
          assert.throws(() => parse({ file: 'a', [key]: value }), new RegExp(`"${key}"`));
        }
      }
    }
  });
});
