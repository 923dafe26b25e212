import 'reflect-metadata';
import { migrate } from '@tasker/postgres';

const [connectionString = '', schema = ''] = process.argv.slice(2);

void migrate({ connectionString, schema, mode: 'auto' }).then((names) => {
  process.send?.(names);
  process.disconnect();
});
