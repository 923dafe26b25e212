import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { addTransactionalDataSource } from 'typeorm-transactional';

/**
 * The shop's own database: its entities, its transactions. Tasker takes the address and the credentials from this
 * `DataSource`, and keeps its tables in a schema of its own, which `synchronize` does not see.
 */
@Module({})
export class DatabaseModule {
  static register(url: string): DynamicModule {
    const typeorm = TypeOrmModule.forRootAsync({
      useFactory: () => ({ type: 'postgres', url, autoLoadEntities: true, synchronize: true }),
      // `@Transactional()` of typeorm-transactional works with what this returns.
      dataSourceFactory: (options) => {
        if (!options) throw new Error('There are no options to connect with.');
        return Promise.resolve(addTransactionalDataSource(new DataSource(options)));
      },
    });
    return { module: DatabaseModule, imports: [typeorm] };
  }
}
