import assert from 'node:assert/strict';
import { estimateSections } from '../../src/report/estimateSections';
import { sampleReport } from '../fixtures/sampleReport';

const { model, estimate } = sampleReport();

/** All sentences of the sections, of the sample with `changes` to its model and conditions. */
function textWith(changes: Partial<typeof model>, conditions: Partial<typeof estimate> = {}): string {
  return estimateSections({ ...model, ...changes }, { ...estimate, ...conditions }, { bytes: 0, of: 'it' })
    .flatMap(({ lead, remarks }) => [...lead, ...remarks])
    .join('\n');
}

describe('sentences of an estimate', () => {
  it('name no vocabulary where the model reads no tokens', () => {
    assert.match(textWith({ vocabSize: 1000 }), /, vocabulary 1,000, up to/);
    assert.doesNotMatch(textWith({ vocabSize: 0 }), /vocabulary/);
  });

  it('say that the length is more than the model was made for', () => {
    const sequenceLength = 4096;
    const beyond = /declares 2,048 tokens: this is beyond what it was made for/;
    assert.match(textWith({ maxSequenceLength: 2048 }, { sequenceLength }), beyond);
    assert.doesNotMatch(textWith({ maxSequenceLength: 4096 }, { sequenceLength }), /beyond what/);
    // Which has a sentence of its own.
    assert.doesNotMatch(
      textWith({ maxSequenceLength: 2048, learnedPositions: 2048 }, { sequenceLength }),
      /beyond what/,
    );
    // The length of an encoder beside it is another.
    const source = { sequenceLength, sourceLength: 128 };
    assert.doesNotMatch(textWith({ maxSequenceLength: 2048 }, source), /beyond what/);
  });

  it('speak of a master copy of the weights only where they are not float32 themselves', () => {
    assert.match(textWith({}, { dtype: 'bfloat16' }), /adamw with a float32 master copy of 16-bit weights/);
    assert.match(textWith({}, { dtype: 'float32' }), /training with adamw, fused attention/);
  });
});
