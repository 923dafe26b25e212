import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_WIDE_PERMISSIONS, PERMISSIONS, type Permission } from '@tasker/nestjs/access';

const PAGE = readFileSync(join(__dirname, '../../docs/14-security.md'), 'utf8');
const table = /<!-- permissions -->\n([^]*?)<!-- \/permissions -->/.exec(PAGE)?.[1] ?? '';

it('the security guide lists every permission, in order and in the words of the code', () => {
  const rows = table.split('\n').flatMap((line) => {
    const [, permission, mark, meaning] = /^\| `(\S+)`( †)? +\| (.+?) +\|$/.exec(line) ?? [];
    return permission === undefined ? [] : [[permission, mark !== undefined, meaning]];
  });
  expect(rows).toEqual(
    Object.entries(PERMISSIONS).map(([permission, meaning]) => [
      ...[permission, ENGINE_WIDE_PERMISSIONS.includes(permission as Permission), meaning],
    ]),
  );
});
