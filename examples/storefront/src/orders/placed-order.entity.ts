import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** What the shop itself keeps of an order. How far it has come is Tasker's to say. */
@Entity('placed_order')
export class PlacedOrder {
  @PrimaryColumn('bigint')
  taskId: string;

  @Column('text')
  orderNumber: string;

  @CreateDateColumn({ type: 'timestamptz' })
  placedAt: Date;
}
