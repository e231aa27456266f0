import assert from 'node:assert/strict';
import { readModel } from '../../src/config/readModel';
import { profileRun } from './profileRun';

const tower = { hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 64 };

describe('a mechanism that makes no sense in layers', function () {
  this.timeout(60_000);

  it('is skipped there with the reason, whatever their mask, and measured in the others', async () => {
    const model = readModel(
      JSON.stringify({
        model_type: 'clip',
        projection_dim: 32,
        text_config: { ...tower, vocab_size: 100, max_position_embeddings: 64 },
        vision_config: { ...tower, image_size: 64, patch_size: 8 },
      }),
      'config.json',
    );
    const { report } = await profileRun({
      model,
      scenario: { sequenceLength: 64, batch: 1, dtype: 'float32' },
      replacements: ['coarser-patches'],
    });
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    const [text, vision] = report.layerKinds.map(({ replacements }) => replacements[0]);
    assert.match(text?.skipped ?? '', /no image goes through these layers: they have no patches/);
    assert.deepEqual(text?.points, []);
    assert.equal(vision?.skipped, undefined);
    assert.ok((vision?.points.length ?? 0) > 0);
  });
});
