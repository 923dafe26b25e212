import { bind } from 'jest-each';
import { expect } from 'expect';

/**
 * What the specs of the rules use of jest, without its registry of modules: a run loads each file once, and not once
 * for each spec, which makes thousands of runs affordable. A spec that asks for more fails, and says so.
 *
 * @returns puts the tests that a spec declares while it is loaded into the given list
 */
export function installSpecGlobals() {
  let tests = [];
  let spec = { file: '', name: '' };
  const around = [];
  const describe = (name, declare) => {
    around.push(name);
    declare();
    around.pop();
  };
  const it = (name, run) => {
    const fullName = [...around, name].join(' ');
    // Equal names are told apart: Stryker asks for tests by their id.
    const same = tests.filter((test) => test.file === spec.file && test.name === fullName).length;
    tests.push({ id: `${spec.name} ${fullName}${same > 0 ? ` #${same}` : ''}`, name: fullName, file: spec.file, run });
  };
  describe.each = bind(describe, false);
  it.each = bind(it);
  Object.assign(globalThis, { describe, it, expect });
  return (loaded, list) => {
    spec = loaded;
    tests = list;
    around.length = 0;
  };
}
