import { Injectable } from '@nestjs/common';
import { TaskerDatabase, WorkerStore, type WorkerRow } from '@tasker/postgres';

/** A process that runs steps. @internal */
export type WorkerDocument = WorkerRow;

/** Workers as the database knows them. @internal */
@Injectable()
export class WorkerRows extends WorkerStore {
  constructor(database: TaskerDatabase) {
    super(database.session);
  }
}
