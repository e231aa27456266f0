import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kindNames, kindsOf, parametersOf, readObject, refusal } from './familyDecoderFixture';

const bert = {
  model_type: 'bert',
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  vocab_size: 30522,
  max_position_embeddings: 512,
};

/** BertModel with its pooler (Devlin et al. 2019: "110M"). */
const withPooler = 109_482_240;
const pooler = 768 * 768 + 768;
const layer = 12 * 768 * 768 + 9 * 768 + 4 * 768;

function of(architecture: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...bert, architectures: [architecture], ...more };
}

describe('families: heads of BERT', () => {
  it('counts the base model with its pooler where the class trains one, and says how the class differs', () => {
    const published = { BertForMaskedLM: 109_514_298, BertForPreTraining: 110_106_428 };
    for (const [architecture, count] of Object.entries(published)) {
      const model = readObject(of(architecture));
      assert.equal(parametersOf(of(architecture)), withPooler);
      const difference = (count - withPooler).toLocaleString('en-US');
      const note = `${difference} parameters more`;
      assert.ok(
        model.assumptions.some((sentence) => sentence.includes(note)),
        model.assumptions.join(' '),
      );
    }
  });

  it('counts what the other classes have, weight by weight', () => {
    const encoder = withPooler - pooler;
    assert.equal(parametersOf(of('BertLMHeadModel', { is_decoder: true })), 109_514_298);
    assert.equal(parametersOf(of('BertForQuestionAnswering')), encoder + 2 * 768 + 2);
    assert.equal(parametersOf(of('BertForTokenClassification', { num_labels: 9 })), encoder + 9 * 769);
    assert.equal(parametersOf(of('BertForMultipleChoice')), withPooler + 769);
    assert.equal(parametersOf(of('BertForNextSentencePrediction')), withPooler + 2 * 769);
    const three = { id2label: { 0: 'a', 1: 'b', 2: 'c' } };
    assert.equal(parametersOf(of('BertForSequenceClassification', three)), withPooler + 3 * 769);
    const roberta = { model_type: 'roberta', ...three };
    // RoBERTa's classifier has a dense layer of the pooler's size in place of the pooler.
    assert.equal(
      parametersOf(of('RobertaForSequenceClassification', roberta)),
      parametersOf({ ...bert, model_type: 'roberta' }) + 3 * 769,
    );
    assert.equal(parametersOf(of('BertForSomethingElse')), withPooler);
  });

  it('applies a classifier of sequences once, one of tokens to every token', () => {
    const other = (architecture: string): number =>
      countFlops(readObject(of(architecture, { num_labels: 5 })), { sequenceLength: 100, batch: 2 })
        .logitsPrefill;
    assert.equal(other('BertForTokenClassification'), 2 * 2 * 100 * 5 * 768);
    assert.equal(other('BertForSequenceClassification'), 2 * 2 * 5 * 768);
  });
});

describe("families: BERT's variants", () => {
  it('adds cross-attention to a decoder, and not to an encoder, which its class refuses', () => {
    const decoder = { ...bert, is_decoder: true };
    const cross = 12 * (4 * 768 * 768 + 4 * 768 + 2 * 768);
    assert.equal(parametersOf({ ...decoder, add_cross_attention: true }) - parametersOf(decoder), cross);
    assert.equal(parametersOf({ ...bert, add_cross_attention: true }), withPooler);
  });

  it('counts the table of distances of relative positions in each layer', () => {
    const relative = { ...bert, position_embedding_type: 'relative_key' };
    assert.equal(parametersOf(relative) - withPooler, 12 * (2 * 512 - 1) * 64);
  });

  it("runs ALBERT's shared layer twelve times and counts it once", () => {
    const albert = { ...bert, model_type: 'albert', embedding_size: 128, vocab_size: 30000 };
    const model = readObject(albert);
    assert.equal(kindNames(model), 'full_attention × 1, full_attention, shared × 11');
    const options = { sequenceLength: 100, batch: 1 };
    const shared = countFlops(model, options);
    const same = countFlops(readObject(bert), options);
    assert.equal(shared.projectionsPrefill, same.projectionsPrefill);
    assert.equal(shared.feedForwardPrefill, same.feedForwardPrefill);
    assert.equal(shared.attentionPrefill, same.attentionPrefill);
    assert.equal(parametersOf({ ...albert, num_hidden_groups: 3 }) - parametersOf(albert), 2 * layer);
    assert.equal(parametersOf({ ...albert, inner_group_num: 2 }) - parametersOf(albert), layer);
    assert.equal(refusal({ ...albert, num_hidden_groups: 13 }).key, 'num_hidden_groups');
  });

  it('projects relative positions once a layer in DeBERTa, with the matrices of the tokens where shared', () => {
    const deberta = {
      ...bert,
      model_type: 'deberta-v2',
      relative_attention: true,
      position_buckets: 256,
      pos_att_type: ['p2c', 'c2p'],
    };
    const own = 12 * 2 * (768 * 768 + 768);
    assert.equal(parametersOf(deberta) - parametersOf({ ...deberta, share_att_key: true }), own);
    const shared = countFlops(readObject({ ...deberta, share_att_key: true }), {
      sequenceLength: 100,
      batch: 1,
    });
    const tokens = 2 * 100 * 4 * 768 * 768;
    assert.equal(shared.projectionsPrefill, 12 * (tokens + 2 * 2 * 512 * 768 * 768));
    const convolved = { ...deberta, conv_kernel_size: 3 };
    assert.equal(parametersOf(convolved) - parametersOf(deberta), 3 * 768 * 768 + 768 + 2 * 768);
    assert.equal(refusal({ ...convolved, conv_groups: 5 }).key, 'conv_groups');
    // No relative attention: the same layers as BERT, no pooler, no token types.
    const absolute = { ...bert, model_type: 'deberta-v2', position_biased_input: true };
    assert.equal(parametersOf(absolute), withPooler - pooler - 2 * 768);
  });

  it('windows two of three layers in ModernBERT, on both sides', () => {
    const modern = { ...bert, model_type: 'modernbert', num_hidden_layers: 7, local_attention: 10 };
    const model = readObject(modern);
    assert.equal(kindNames(model), 'first full_attention × 1, sliding_attention × 4, full_attention × 2');
    const { attentionPrefill } = countFlops(model, { sequenceLength: 20, batch: 1 });
    // 11 keys but for the ends, which lack 5, 4, 3, 2 and 1.
    assert.equal(attentionPrefill, 4 * 768 * (3 * 400 + 4 * (20 * 11 - 2 * 15)));
    const types = ['full_attention', 'sliding_attention'];
    assert.equal(refusal({ ...modern, layer_types: types }).key, 'layer_types');
    assert.equal(
      kindNames(readObject({ ...modern, num_hidden_layers: 2, layer_types: types })),
      'first full_attention × 1, sliding_attention × 1',
    );
  });

  it('leaves out norms before the first attention of ModernBERT', () => {
    const [first, local] = kindsOf(readObject({ ...bert, model_type: 'modernbert' }));
    assert.equal(first?.weights.filter(({ part }) => part === 'norm').length, 1);
    assert.equal(local?.weights.filter(({ part }) => part === 'norm').length, 2);
  });
});
