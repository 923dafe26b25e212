import type { CreateBatch, NewTask } from '@tasker/core';
import { booleans, integers, smallints } from '../database/binary-array';

/** The parameters of create-tasks.sql, in its order. */
export function createParameters({ tasks, workerId }: CreateBatch): unknown[] {
  const roots = tasks.flatMap((task, index) => task.roots.map((root) => ({ ...root, task: index + 1 })));
  return [
    `[${tasks.map(taskJson).join(',')}]`,
    integers(roots.map((root) => root.task)),
    smallints(roots.map((root) => root.position)),
    integers(roots.map((root) => root.lane)),
    booleans(roots.map((root) => root.mine)),
    workerId,
  ];
}

/** The context is JSON text already and goes in as it is. */
function taskJson(task: NewTask): string {
  const { context, roots, templateId, ...rest } = task;
  const startNow = roots.some((root) => root.mine);
  const plain = JSON.stringify({
    ...rest,
    template: templateId,
    startNow,
    bypass: rest.bypass.length > 0 ? rest.bypass : null,
  });
  return `${plain.slice(0, -1)},"context":${context}}`;
}
