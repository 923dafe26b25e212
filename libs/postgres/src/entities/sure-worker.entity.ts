import { Entity, PrimaryColumn } from 'typeorm';

/** A worker that has compared its steps with the rows since the server crashed; 0: all have. @public */
@Entity({ name: 'sure_workers', synchronize: false })
export class SureWorkerEntity {
  @PrimaryColumn('int', { name: 'worker_id' })
  workerId: number;
}
