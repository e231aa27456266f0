import assert from 'node:assert/strict';
import { Disposable } from '../../src/extension/disposable';

class Owner extends Disposable {
  public own(name: string, log: string[]): void {
    this._register({ dispose: () => log.push(name) });
  }
}

describe('Disposable', () => {
  it('disposes what it owns, the newest first, once', () => {
    const log: string[] = [];
    const owner = new Owner();
    owner.own('a', log);
    owner.own('b', log);
    owner.dispose();
    owner.dispose();
    assert.deepEqual(log, ['b', 'a']);
  });

  it('disposes at once what comes too late', () => {
    const log: string[] = [];
    const owner = new Owner();
    owner.dispose();
    owner.own('late', log);
    assert.deepEqual(log, ['late']);
  });
});
