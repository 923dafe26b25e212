/** A provider that listens to events of Tasker. */
export function subscriberFile(className: string, events: readonly string[]): string {
  const names = events.map((event) => `'${event}'`);
  return `import { Injectable, Logger } from '@nestjs/common';
import { OnTaskerEvent, type TaskerEvents } from '@tasker/nestjs';

/** What it throws is logged and never affects a task. */
@Injectable()
export class ${className} {
  private readonly logger = new Logger(${className}.name);

  @OnTaskerEvent(${names.join(', ')})
  onEvent(event: TaskerEvents[${names.join(' | ')}], name: string): void {
    this.logger.log(\`\${name}: \${JSON.stringify(event)}\`);
  }
}
`;
}

export const subscriberSpec = (
  className: string,
  file: string,
  [event = 'task.completed']: readonly string[],
): string =>
  `import { ConsoleLogger, Logger } from '@nestjs/common';
import { ${className} } from './${file}';

describe('${className}', () => {
  afterEach(() => {
    Logger.overrideLogger(new ConsoleLogger());
  });

  it('tells of the event', () => {
    const lines: unknown[] = [];
    const keep = (line: unknown): void => void lines.push(line);
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
    new ${className}().onEvent({ taskId: '1' } as never, '${event}');
    expect(lines).toEqual(['${event}: {"taskId":"1"}']);
  });
});
`;
