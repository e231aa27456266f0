// Mocha's spec reporter, which also writes how many passed and failed to the file that MOCHA_TOTALS names, and names
// the tests that needed a second try: what is only mostly right must not look right.
const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { reporters, Runner } = require('mocha');

module.exports = class TotalsReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const again = [];
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      again.push(test.fullTitle());
      console.log(`    tried again: ${test.title}\n${error.stack}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      if (again.length > 0) console.log(`Tried a second time: ${again.join('; ')}\n`);
    });
    const file = process.env.MOCHA_TOTALS;
    if (!file) return;
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, pending }));
    });
  }
};
