import assert from 'node:assert/strict';
import type { EstimateOptions } from '../../src/cost/estimate';
import { configProblems } from '../../src/insight/configProblems';
import type { ConfigMend } from '../../src/mends/configMend';
import { configMends } from '../../src/mends/configMends';
import { llama1b } from '../fixtures/readFixture';
import { readDocument } from '../../src/config/formats/readDocument';
import { readRecipe } from '../../src/config/recipes/registry';
import { inspect, target } from './insightFixture';
import { formatBytes, formatFlops } from '../../src/model/units';
import { countFlops } from '../../src/cost/flops';
import { peakPerDevice } from '../../src/cost/perDevice';
import { declaredScenario, withConditions } from '../../src/config/scenario';

const recipe =
  'base_model: x\nsequence_len: 4096\nmicro_batch_size: 2\nbf16: true\ngradient_checkpointing: false\n';

function recomputation(settings: Partial<EstimateOptions>): ConfigMend {
  const document = readDocument(recipe, 'axolotl.yaml');
  const found = readRecipe(document, 'axolotl.yaml');
  assert.ok(found);
  const reading = { document, model: llama1b(), recipe: found };
  const problem = {
    code: 'doesNotFit' as const,
    severity: 'warning' as const,
    workload: 'training' as const,
    range: { offset: 0, length: 0 },
    message: '',
    longest: 1000,
  };
  const mends = configMends(recipe, 'axolotl.yaml', { fields: [], reading }, problem, settings);
  const mend = mends.find(({ kind }) => kind === 'recomputation');
  assert.ok(mend);
  return mend;
}

/** A config without room for the whole length, or with attention for most of its work. */
const longMistral = JSON.stringify({
  model_type: 'mistral',
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14336,
  vocab_size: 32000,
  max_position_embeddings: 131072,
  sliding_window: null,
  torch_dtype: 'bfloat16',
});

describe('quick fixes under the settings of the user', () => {
  it('speak of the batch and the dtype that the settings choose', () => {
    assert.match(recomputation({}).note ?? '', /4,096 tokens, a batch of 2 and bfloat16/);
    const chosen = recomputation({ batch: 8, dtype: 'float32' }).note ?? '';
    assert.match(chosen, /4,096 tokens, a batch of 8 and float32/);
  });

  it('give the peak that the hover gives under them', () => {
    const settings = { batch: 8, dtype: 'float32' } as const;
    const found = readRecipe(readDocument(recipe, 'axolotl.yaml'), 'axolotl.yaml');
    const model = llama1b();
    const conditions = withConditions(declaredScenario(model, found), settings);
    const before = formatBytes(peakPerDevice(model, conditions, 'training'));
    const { title, note } = recomputation(settings);
    assert.ok(title.includes(before), title);
    assert.ok(note?.includes(before), note);
  });

  it('name the figure that the diagnostic names, in a config of a model', async () => {
    const settings = { batch: 64 };
    const inspection = await inspect(longMistral);
    const problem = configProblems(inspection, settings, target).find(({ code }) => code === 'doesNotFit');
    assert.ok(problem);
    const needed = /need: ([\d.,]+ [KMGTP]iB)/.exec(problem.message)?.[1];
    assert.ok(needed !== undefined, problem.message);
    const replaced = configMends(longMistral, 'config.json', inspection, problem, settings).filter(
      ({ kind }) => kind === 'replacement',
    );
    assert.ok(replaced.length > 0);
    for (const { note } of replaced) assert.ok(note?.includes(needed), `${String(note)}: ${needed}`);
  });

  it('count the operations of the batch that the settings choose, where attention dominates', async () => {
    const inspection = await inspect(longMistral);
    const notesUnder = (settings: Partial<EstimateOptions>): string[] => {
      const problem = configProblems(inspection, settings).find(({ code }) => code === 'attentionDominates');
      assert.ok(problem);
      const mends = configMends(longMistral, 'config.json', inspection, problem, settings);
      return mends.flatMap(({ kind, note }) => (kind === 'replacement' ? [note ?? ''] : []));
    };
    const model = inspection.reading?.model ?? assert.fail();
    for (const settings of [{}, { batch: 8, dtype: 'float32' } as const]) {
      const conditions = withConditions(declaredScenario(model, undefined), settings);
      const before = formatFlops(countFlops(model, conditions).prefill);
      const notes = notesUnder(settings);
      assert.ok(notes.length > 0);
      for (const note of notes) {
        assert.match(note, new RegExp(`131,072 tokens with a batch of ${String(conditions.batch)}: `));
        assert.ok(note.includes(`instead of ${before}.`), `${note}: ${before}`);
      }
    }
  });
});
